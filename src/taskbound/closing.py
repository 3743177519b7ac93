"""The part of `TaskSession` that ends it: `close`, the end of its block, and `hand_over`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from taskbound.awaiting import run_to_the_end
from taskbound.guard import lifetime, lost_writes
from taskbound.guard.abandoned import check_generator
from taskbound.guard.lifetime import Closed
from taskbound.guard.report import report
from taskbound.guard.session import GuardedSession
from taskbound.loading import LoadingSession
from taskbound.place import exit_place
from taskbound.transaction import report_beside
from taskbound.write.block import Block

if TYPE_CHECKING:
    from types import CodeType, TracebackType

    from taskbound.errors import SessionMisuse

_BLOCK_END = Block.__aexit__.__code__


class ClosingSession(LoadingSession):
    """A `LoadingSession` that is closed once, by its own task, when nobody is inside."""

    async def close(self) -> None:
        """End the session's work and give its connection back. A second call does nothing.

        Raises `OverlappingOperations` or `InterleavedWork` where another task is still at work in the
        session, and `LostWrites` where it holds work that was neither committed nor rolled back and no
        exception is under way: after that task's operation has ended and the connection is back in the
        pool.
        """
        guard = self._guard
        if guard is None or guard.closed is not None:
            # Already refused or recorded by `__aexit__`, which runs this in a task of its own.
            await super().close()
            return
        guard.closed = Closed(*exit_place(2))
        refusal: SessionMisuse | None = guard.ownership.refusal("close", guard.modes)
        if refusal is None:
            lost = lost_writes.at_close(guard) if sys.exc_info()[0] is None else None
            await super().close()
            if lost is not None:
                report(lost, lost.place, guard.modes)
            return
        await self._close_after_others()
        report(refusal, refusal.place, guard.modes)

    async def __aexit__(
        self,
        type_: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        guard = self._guard
        refusal: SessionMisuse | None = None
        if guard is not None and guard.closed is None:
            guard.closed = Closed(*_block_place())
            refusal = guard.ownership.refusal("close", guard.modes)
        if guard is not None and type_ is GeneratorExit:
            check_generator(guard, guard.modes)
        if guard is None or refusal is None:
            lost = lost_writes.at_close(guard) if guard is not None and type_ is None else None
            if self._closes_at_once:
                self._close_at_once()
            else:
                await run_to_the_end(self.close())
            if guard is not None and lost is not None:
                report(lost, lost.place, guard.modes)
            return
        await self._close_after_others()
        report_beside(refusal, value, guard.modes)

    @property
    def _closes_at_once(self) -> bool:
        """Whether nothing is sent by `close()`, and nobody else is told of it: after a commit, above all.

        Then it needs neither a task that no cancellation ends nor a greenlet, which cost more than it does.
        """
        session = self.sync_session
        is_empty = not (session._new or session.identity_map._dict)
        return session._transaction is None and is_empty and self._is_plain

    def _close_at_once(self) -> None:
        # Not the guarded form of it: that the session may be closed was asked before.
        Session.close(self.sync_session)
        if (guard := self._guard) is not None and guard.close_resets:
            guard.closed = None

    @property
    def _is_plain(self) -> bool:
        """Whether `close()` is what it is here, in the session inside as well."""
        base: Any = self.sync_session_class
        is_own = type(self).close is ClosingSession.close
        return is_own and getattr(base, "close", None) is Session.close

    def hand_over(self) -> None:
        """Give this task's unfinished work to whichever task uses the session next.

        For work that goes on in another task while this one lives on: a worker, a framework that
        commits. Nothing is sent. From then on the other task may flush, commit, roll back and close.

        Raises `InterleavedWork` where the unfinished work is another task's, `OverlappingOperations`
        where another task is inside, and `SessionClosed` after the end.
        """
        guard = self._guard
        if guard is None:
            return
        if guard.closed is not None:
            lifetime.refuse(guard.closed, "hand_over", guard.modes)
        if refusal := guard.ownership.refusal("hand_over", guard.modes):
            report(refusal, refusal.place, guard.modes)
        guard.ownership.writer = None

    async def _close_after_others(self) -> None:
        """Close once no other task is inside, also when the waiting is cancelled.

        A connection that is closed under a running operation comes back to the pool broken.
        """
        guard = self._guard
        try:
            if guard is not None:
                await guard.ownership.idle()
        finally:
            await run_to_the_end(self._close_when_idle(), patience=None)

    async def _close_when_idle(self) -> None:
        guard = self._guard
        if guard is not None:
            guard.closed = guard.closed or Closed()
            await guard.ownership.idle()
        await super().close()

    @property
    def _guard(self) -> GuardedSession | None:
        session = self.sync_session
        return session if isinstance(session, GuardedSession) else None


def _block_place() -> tuple[CodeType, int]:
    """Where the block of a session has ended: for that of `begin()` one frame further out."""
    code, line = exit_place(3)
    return exit_place(4) if code is _BLOCK_END else (code, line)
