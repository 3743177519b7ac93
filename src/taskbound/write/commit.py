"""A commit that a cancellation does not cut off from its answer.

What is cancelled before COMMIT is sent is rolled back. Once it is sent, the server may have done it
already. So the task waits for the answer, `GRACE` seconds after a cancellation at most, and the
cancellation goes on with what is known: see `outcome_of`.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import nullcontext
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, Any

from taskbound.awaiting import current_name, shielded
from taskbound.engine.committing import Commit, under_way
from taskbound.events import CancelledCommit, publish
from taskbound.place import calling_place
from taskbound.write.continued import Continued
from taskbound.write.outcome import mark, outcome_of

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from taskbound.awaiting import Task

GRACE = 0.2
"""Seconds that a COMMIT has to be answered after its task was cancelled, or its time has run out."""

# From Python 3.12 on a task can begin before it is waited for.
_EAGER = sys.version_info >= (3, 12)
# Seconds after which a driver has to have noticed that its connection was closed.
_NOTICE = 0.05


class Overtime(TimeoutError):
    """The time was over before COMMIT was sent."""


def commit_whole(
    committing: Coroutine[Any, Any, object], until: float | None = None, *, here: bool = False
) -> Coroutine[Any, Any, None]:
    """Run a coroutine that commits, to be awaited.

    until: time of the event loop after which what is not sent is cancelled; None means never.
    here: in the running task as long as that is not cancelled, without `until`. What the coroutine waits for
        must not mind if it ends in another, see `Continued`.

    Raises what the commit raises, `CommitOutcomeUnknown` where the answer does not come in time, and
    `Overtime` where nothing was sent before `until`. A `CancelledError` is raised when the commit
    has ended.
    """
    return _commit_here(committing) if here else _commit_in_a_task(committing, until)


async def _commit_in_a_task(committing: Coroutine[Any, Any, object], until: float | None) -> None:
    commit = Commit()
    answered = asyncio.get_running_loop().create_future()
    task = _started(_answering(committing, answered), commit)
    cancelled, is_late = None, False
    try:
        if until is None and not task.done():
            # One turn of the event loop less than to wait for the task.
            task.add_done_callback(partial(_answer, answered))
            await answered
    except asyncio.CancelledError as error:
        cancelled = error
    if cancelled is not None or not task.done():
        cancelled, is_late = await _ended(task, commit, until, cancelled)
    if cancelled is not None:
        raise _with_outcome(cancelled, _error_of(task), commit)
    if is_late and task.cancelled():
        told = _error_of(task)
        raise (told and told.__cause__) or Overtime
    task.result()


async def _commit_here(committing: Coroutine[Any, Any, object]) -> None:
    commit = Commit()
    running = Continued(committing, commit)
    before = under_way.get()
    under_way.set(commit)
    error: BaseException | None = None
    try:
        await running
    except BaseException as raised:
        if (cancelled := running.cancelled) is None:
            raise
        error = raised
    else:
        if (cancelled := running.cancelled) is None:
            return
    finally:
        # Not by its token: a coroutine that is left is closed in some other context.
        under_way.set(before)
    if running.task is not None:
        await _ended(running.task, commit, None, cancelled)
        error = _error_of(running.task)
    raise _with_outcome(cancelled, error, commit)


async def _answering(
    committing: Coroutine[Any, Any, object], answered: asyncio.Future[None]
) -> None:
    """Commit, and wake who waits for that with the last step."""
    try:
        await committing
    finally:
        _answer(answered)


def _answer(answered: asyncio.Future[None], _: object = None) -> None:
    if not answered.done():
        answered.set_result(None)


def _started(committing: Coroutine[Any, Any, object], commit: Commit) -> Task:
    context = copy_context()
    context.run(under_way.set, commit)
    # It goes by the name of the task that it works for.
    name = current_name()
    loop = asyncio.get_running_loop()
    if _EAGER and loop.get_task_factory() is None:
        # COMMIT is sent in this turn of the event loop, not in the next.
        eager: Any = {"eager_start": True}
        return asyncio.Task(committing, loop=loop, name=name, context=context, **eager)
    return loop.create_task(committing, name=name, context=context)


async def _ended(
    task: Task, commit: Commit, until: float | None, cancelled: asyncio.CancelledError | None
) -> tuple[asyncio.CancelledError | None, bool]:
    """Wait for the task. Returns the first cancellation that came, and whether time has run out.

    cancelled: one that came before.
    """
    loop = asyncio.get_running_loop()
    is_late = False
    if cancelled is not None and not commit.sent:
        task.cancel()
    elif cancelled is not None:
        is_late, until = True, loop.time() + GRACE
    while not task.done():
        try:
            seconds = None if until is None else until - loop.time()
            with nullcontext() if cancelled is None else shielded():
                await asyncio.wait((task,), timeout=seconds)
        except asyncio.CancelledError as error:
            cancelled = cancelled or error
            if not commit.sent:
                task.cancel()
            elif until is None or not is_late:
                is_late, until = True, _earlier(until, loop.time() + GRACE)
            continue
        if not task.done():
            is_late, until = True, _stop(task, commit, is_late=is_late)
    return cancelled, is_late


def _stop(task: Task, commit: Commit, *, is_late: bool) -> float | None:
    """Make an end, gently at first. Returns the time for the next step."""
    now = asyncio.get_running_loop().time()
    if not commit.sent:
        task.cancel()
        return None
    if not commit.can_be_cut:
        return None
    if not is_late:
        return now + GRACE
    if commit.is_cut:
        task.cancel()
        return None
    commit.cut()
    return now + _NOTICE


def _earlier(one: float | None, other: float) -> float:
    return other if one is None else min(one, other)


def _with_outcome(
    cancelled: asyncio.CancelledError, error: BaseException | None, commit: Commit
) -> asyncio.CancelledError:
    """The cancellation, with what has become of the commit, which has raised `error`."""
    if error is None:
        mark(cancelled, "the commit was through before the task was cancelled")
    elif error is not cancelled:
        is_told = isinstance(error, asyncio.CancelledError)
        cancelled.__cause__ = error.__cause__ if is_told else error
    if commit.sent:
        publish(CancelledCommit(outcome=outcome_of(cancelled), place=calling_place()))
    return cancelled


def _error_of(task: Task) -> BaseException | None:
    try:
        task.result()
    except BaseException as error:  # noqa: BLE001  # the caller raises it, or what it was raised from
        return error
    return None
