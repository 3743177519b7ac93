"""Work that waits for a commit: mails, messages, whatever must not happen for what is not there.

It runs when the outermost transaction was committed, one piece after the other, and the block goes on
when all are through. What a rollback undoes takes its work along. A piece that fails is reported and does
not raise: the transaction was committed, and a block that raises says that it was not.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy.ext.asyncio import AsyncSession

from taskbound.engine.following import follow
from taskbound.events import AfterCommitFailed, publish
from taskbound.write.function import name_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from sqlalchemy.orm import Session, SessionTransaction

_log = logging.getLogger("taskbound")
# The loop itself holds its tasks weakly.
_running: set[asyncio.Task[None]] = set()


@dataclass(frozen=True, slots=True)
class Work:
    """A function to call, and the transactions that have to be committed first, innermost first."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    named: dict[str, Any]
    inside: tuple[SessionTransaction, ...]


class AfterCommit:
    """The work of one session that waits for its commit."""

    def __init__(
        self, session: Session, begin: Callable[[], AbstractAsyncContextManager[AsyncSession]]
    ) -> None:
        self._session = session
        self._begin = begin
        self._waiting: list[Work] = []
        self._due: deque[Work] = deque()
        follow(session, self)

    def add(
        self, function: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> None:
        """Have a function called after the commit of the transaction, or the savepoint, of this moment."""
        inside: list[SessionTransaction] = []
        transaction = self._session.get_nested_transaction()
        while transaction is not None and transaction.parent is not None:
            inside.append(transaction)
            transaction = transaction.parent
        self._waiting.append(Work(function, arguments, named, tuple(inside)))

    def committed(self) -> None:
        """Take what waits as due."""
        self._due.extend(self._waiting)
        self._waiting.clear()

    def undone(self, transaction: SessionTransaction) -> None:
        """Drop what belongs to a savepoint that was rolled back."""
        self._waiting = [work for work in self._waiting if transaction not in work.inside]

    def ended(self) -> None:
        """Drop what has not been committed."""
        self._waiting.clear()

    def start(self) -> asyncio.Task[None] | None:
        """Begin with what is due, in a task of its own that nobody's cancellation ends."""
        if not self._due:
            return None
        task = asyncio.get_running_loop().create_task(self._run(), name="taskbound after_commit")
        _running.add(task)
        task.add_done_callback(_running.discard)
        return task

    async def finish(self) -> None:
        """Do what is due. Where the waiting is cancelled, the work goes on."""
        if (task := self.start()) is not None:
            await asyncio.shield(task)

    async def _run(self) -> None:
        while self._due:
            work = self._due.popleft()
            try:
                await self._do(work)
            except Exception as error:  # noqa: BLE001  # it is reported, and the next one has its turn
                name = name_of(work.function)
                _log.exception("%s(), which was to run after a commit, has failed", name)
                publish(AfterCommitFailed(name, error))

    async def _do(self, work: Work) -> None:
        if wants_session(work.function):
            async with self._begin() as session:
                await work.function(session, *work.arguments, **work.named)
            return
        answer = work.function(*work.arguments, **work.named)
        if inspect.isawaitable(answer):
            await answer


def wants_session(function: Callable[..., Any]) -> bool:
    """Whether a coroutine function takes a session first: a parameter of this name, or of such a type."""
    if not inspect.iscoroutinefunction(inspect.unwrap(function)):
        return False
    first = next(iter(inspect.signature(function).parameters.values()), None)
    return first is not None and (first.name == "session" or _is_session(first.annotation))


def _is_session(annotation: Any) -> bool:
    if isinstance(annotation, str):
        return annotation.rpartition(".")[2].endswith("Session")
    return isinstance(annotation, type) and issubclass(annotation, AsyncSession)
