"""`TaskTransaction`: the block of a transaction, and how it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Self

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, AsyncSessionTransaction
from sqlalchemy.orm import Session

from taskbound.awaiting import run_to_the_end
from taskbound.driver.terms import Terms
from taskbound.engine.raw_transaction import raw_in
from taskbound.engine.terms import Imposed
from taskbound.errors import DeadlineExceeded, HeldConnection, SessionMisuse, UnawaitedCall
from taskbound.guard import held, lost_writes
from taskbound.guard.blocks import EnteredBlock
from taskbound.guard.ending import Ending, EndingHere
from taskbound.guard.report import report
from taskbound.guard.session import GuardedSession
from taskbound.place import calling_place
from taskbound.write.commit import Overtime, commit_whole
from taskbound.write.deadline import Deadline

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from sqlalchemy.orm import SessionTransaction

    from taskbound.guard.modes import Modes
    from taskbound.place import Spot

IsolationLevel = Literal["SERIALIZABLE", "REPEATABLE READ", "READ COMMITTED", "READ UNCOMMITTED"]
"""What transactions see of each other. SQLite has `SERIALIZABLE` alone."""

NO_TERMS = Terms(isolation_level=None, read_only=False, seconds=None)
"""Those of a block that was asked for nothing."""


class TaskTransaction(AsyncSessionTransaction):
    """Returned by `TaskSession.begin()` and `begin_nested()`: a block that commits or rolls back.

    It ends the session's work without a call of the session's own methods, so it asks the guard itself.
    """

    __slots__ = ("_block", "_called_at", "_deadline", "_imposed", "_terms")

    def __init__(
        self, session: AsyncSession, nested: bool = False, terms: Terms | None = None
    ) -> None:
        super().__init__(session, nested)
        self._terms = terms or NO_TERMS
        self._deadline: Deadline | None = None
        self._imposed: Imposed | None = None
        # The line of the call, until it is awaited or entered.
        self._called_at: Spot | None = None
        self._block: EnteredBlock | None = None

    def __del__(self) -> None:
        called_at: Spot | None = getattr(self, "_called_at", None)
        if called_at is not None and (guard := self._guard) is not None:
            place = called_at.place()
            name = "begin_nested" if self.nested else "begin"
            report(UnawaitedCall(operation=name, place=place), place, guard.modes)

    async def start(self, is_ctxmanager: bool = False) -> Self:
        """Begin. Called by `async with` and by `await`."""
        spot, self._called_at = self._called_at, None
        if self._terms is not NO_TERMS or self.nested or _is_heard(self.session):
            await self._start(is_ctxmanager=is_ctxmanager)
        else:
            self._start_at_once(is_ctxmanager=is_ctxmanager)
        if is_ctxmanager and (guard := self._guard) is not None:
            self._block = EnteredBlock(spot, nested=self.nested)
            guard.blocks = (*guard.blocks, self._block)
        return self

    async def _start(self, *, is_ctxmanager: bool) -> None:
        if self._terms is NO_TERMS:
            await super().start(is_ctxmanager)
            return
        if (seconds := self._terms.seconds) is not None:
            if not is_ctxmanager:
                raise ValueError("timeout needs a block: async with session.begin(timeout=...)")
            self._deadline = Deadline(seconds)
        await super().start(is_ctxmanager)
        left = self._deadline.left if self._deadline is not None else _no_limit
        self._imposed = Imposed(self.session.sync_session, self.sync_transaction, self._terms, left)

    def _start_at_once(self, *, is_ctxmanager: bool) -> None:
        """As SQLAlchemy's own, without a greenlet: nothing is sent before the first statement."""
        begun: SessionTransaction = self.session.sync_session.begin()
        self.sync_transaction: SessionTransaction | None = self._assign_proxied(begun)
        if is_ctxmanager:
            begun.__enter__()

    async def commit(self) -> None:
        """Commit the block. Raises as `TaskSession.commit()` does."""
        guard = self._guard
        if guard is not None and (refusal := guard.ownership.refusal("commit", guard.modes)):
            report(refusal, refusal.place, guard.modes)
        with EndingHere(guard):
            await self._commit_whole(self._committed(guard))

    async def rollback(self) -> None:
        """Roll the block back. Raises as `TaskSession.rollback()` does."""
        guard = self._guard
        if guard is not None and (refusal := guard.ownership.refusal("rollback", guard.modes)):
            report(refusal, refusal.place, guard.modes)
        with Ending(guard, "rollback"):
            await super().rollback()

    async def __aexit__(self, type_: Any, value: Any, traceback: Any) -> None:
        deadline, imposed = self._of_the_block
        try:
            if deadline is None:
                await self._leave(type_, value, traceback)
            else:
                await self._leave_in_time(deadline, value)
        finally:
            if imposed is not None:
                imposed.lift()

    async def _leave_in_time(self, deadline: Deadline, value: BaseException | None) -> None:
        deadline.stop()
        dialect = _dialect_of(self.session)
        if deadline.has_ended(value, dialect):
            exceeded = DeadlineExceeded(seconds=deadline.seconds, place=calling_place())
            try:
                await self._leave(type(exceeded), exceeded, None)
            except DBAPIError as error:
                # The server, told of the same seconds, may have rolled back before and closed the connection.
                if not deadline.was_ended_by_the_server(error, dialect):
                    raise
            raise exceeded from value
        if value is not None:
            await self._leave(type(value), value, value.__traceback__)
            return
        try:
            await self._leave(None, None, None)
        except (Overtime, DBAPIError) as error:
            if isinstance(error, DBAPIError) and not deadline.has_ended(error, dialect):
                raise
            raise DeadlineExceeded(seconds=deadline.seconds, place=calling_place()) from error

    async def _leave(self, type_: Any, value: Any, traceback: Any) -> None:
        operation = "commit" if type_ is None else "rollback"
        guard = self._guard
        refusal: SessionMisuse | HeldConnection | None = None
        if guard is not None:
            own = getattr(self, "_block", None)
            if own is not None:
                guard.blocks = tuple([one for one in guard.blocks if one is not own])
            refusal = guard.ownership.refusal(operation, guard.modes)
            refusal = refusal or held.refusal(guard, operation)
        if guard is None or refusal is None:
            transaction = self.sync_transaction
            if (
                type_ is None
                and _has_sent_nothing(transaction)
                and _ends_quietly(transaction, guard)
            ):
                with EndingHere(guard), Ending(guard, "commit"):
                    _end_quietly(transaction)
                    self._sync_transaction().__exit__(None, None, None)
                return
            ending = self._ended(guard, type_, value, traceback)
            whole = self._commit_whole if type_ is None else self._roll_back_whole
            with EndingHere(guard):
                await whole(ending)
            return
        await guard.ownership.idle()
        # Half of another task's work may be in this transaction, so it is not committed.
        error = value if value is not None else refusal
        await super().__aexit__(type(error), error, error.__traceback__)
        report_beside(refusal, value, guard.modes)

    async def _commit_whole(self, ending: Coroutine[Any, Any, None]) -> None:
        # A savepoint is no more than a part of what will be committed.
        deadline, _ = self._of_the_block
        until = deadline.when if deadline is not None else None
        if self.nested:
            await ending
            return
        here = until is None and commits_here(self.sync_transaction)
        # A `TaskSession` may have work that waits for the commit.
        whole = getattr(self.session, "_with_work", commit_whole)
        await whole(ending, until, here=here)

    async def _roll_back_whole(self, ending: Coroutine[Any, Any, None]) -> None:
        await (ending if self.nested else run_to_the_end(ending))

    async def _committed(self, guard: GuardedSession | None) -> None:
        with Ending(guard, "commit"):
            await super().commit()

    async def _ended(
        self, guard: GuardedSession | None, type_: Any, value: Any, traceback: Any
    ) -> None:
        with Ending(guard, "commit" if type_ is None else "rollback"):
            if type_ is None and await committed_raw(self.sync_transaction, guard):
                self._sync_transaction().__exit__(None, None, None)
                return
            await super().__aexit__(type_, value, traceback)

    @property
    def _of_the_block(self) -> tuple[Deadline | None, Imposed | None]:
        # `get_transaction()` may have made this object without a block.
        return getattr(self, "_deadline", None), getattr(self, "_imposed", None)

    @property
    def _guard(self) -> GuardedSession | None:
        session = self.session.sync_session
        return session if isinstance(session, GuardedSession) else None


async def committed_raw(
    transaction: SessionTransaction | None, guard: GuardedSession | None
) -> bool:
    """Commit where nobody has asked for SQLAlchemy's `Connection`. Whether that was all."""
    raw = raw_in(transaction)
    if raw is None or not _ends_quietly(transaction, guard) or not await raw.commit():
        return False
    _end_quietly(transaction)
    return True


def commits_here(transaction: SessionTransaction | None) -> bool:
    """Whether COMMIT can be waited for in the running task, see `commit_whole`."""
    raw = raw_in(transaction)
    return raw is not None and not raw.commit_keeps_task


def _ends_quietly(transaction: SessionTransaction | None, guard: GuardedSession | None) -> bool:
    """Whether a commit sends nothing but COMMIT, and nobody else is told of it."""
    if transaction is None or transaction.nested or not transaction._transaction_is_active():
        return False
    session = transaction.session
    if session._transaction is not transaction:
        # A savepoint was left open in it: SQLAlchemy knows what to do.
        return False
    if lost_writes.has_changes(session) or (guard is not None and guard.acknowledged is not None):
        return False
    heard, own = session.dispatch, guard is not None
    return (
        len(heard.before_commit) <= own
        and len(heard.after_commit) <= own
        and len(heard.after_transaction_end) <= own
    )


def _end_quietly(transaction: Any) -> None:
    """End the transaction of a session, for which nothing is left to be sent."""
    if transaction.session.expire_on_commit:
        transaction.commit()
    else:
        # A commit does no more than this where nothing is expired and nobody is told.
        transaction.close()


def _has_sent_nothing(transaction: Any) -> bool:
    """Whether a transaction has no connection, since nobody has asked for one."""
    connections = getattr(transaction, "_connections", None)
    return connections.__class__ is dict and not connections


def _is_heard(session: AsyncSession) -> bool:
    """Whether somebody else is told that a transaction begins, and may send something then."""
    base: Any = session.sync_session_class
    if getattr(base, "begin", None) is not Session.begin:
        return True
    begun = session.sync_session
    # The guard is told itself.
    return len(begun.dispatch.after_transaction_create) > isinstance(begun, GuardedSession)


def _no_limit() -> None:
    return None


def _dialect_of(session: AsyncSession) -> str:
    # SQLAlchemy 2.0 leaves the attribute out where there is no bind.
    bind = getattr(session, "bind", None)
    return bind.dialect.name if bind is not None else ""


def report_beside(
    refusal: SessionMisuse | HeldConnection, value: BaseException | None, modes: Modes
) -> None:
    """Raise the refusal, or note it on the user's own exception, which it must not hide."""
    if value is None:
        report(refusal, refusal.place, modes)
        return
    value.add_note(str(refusal))
