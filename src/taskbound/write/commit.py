"""A commit that a cancellation does not cut off from its answer.

What is cancelled before COMMIT is sent is rolled back. Once it is sent, the server may have done it
already. So the task waits for the answer, `GRACE` seconds after a cancellation at most, and the
cancellation goes on with what is known: see `outcome_of`.
"""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

from taskbound.awaiting import shielded
from taskbound.engine.committing import Commit, under_way
from taskbound.events import CancelledCommit, publish
from taskbound.place import calling_place
from taskbound.write.outcome import mark, outcome_of

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from taskbound.awaiting import Task

GRACE = 0.2
"""Seconds that a COMMIT has to be answered after its task was cancelled, or its time has run out."""

# Seconds after which a driver has to have noticed that its connection was closed.
_NOTICE = 0.05


class Overtime(TimeoutError):
    """The time was over before COMMIT was sent."""


async def commit_whole(committing: Coroutine[Any, Any, object], until: float | None = None) -> None:
    """Run a coroutine that commits, in a task of its own.

    until: time of the event loop after which what is not sent is cancelled; None means never.

    Raises what the commit raises, `CommitOutcomeUnknown` where the answer does not come in time, and
    `Overtime` where nothing was sent before `until`. A `CancelledError` is raised when the commit
    has ended.
    """
    commit = Commit()
    task = _started(committing, commit)
    cancelled, is_late = await _ended(task, commit, until)
    if cancelled is not None:
        raise _with_outcome(cancelled, task, commit)
    if is_late and task.cancelled():
        raise _cause_of_cancellation(task) or Overtime
    task.result()


def _started(committing: Coroutine[Any, Any, object], commit: Commit) -> Task:
    context = copy_context()
    context.run(under_way.set, commit)
    # It goes by the name of the task that it works for.
    current = asyncio.current_task()
    name = current.get_name() if current is not None else None
    return asyncio.get_running_loop().create_task(committing, name=name, context=context)


async def _ended(
    task: Task, commit: Commit, until: float | None
) -> tuple[asyncio.CancelledError | None, bool]:
    """Wait for the task. Returns the cancellation that came meanwhile, and whether time has run out."""
    loop = asyncio.get_running_loop()
    cancelled: asyncio.CancelledError | None = None
    is_late = False
    while not task.done():
        try:
            with nullcontext() if cancelled is None else shielded():
                await _done(task, None if until is None else until - loop.time())
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


async def _done(task: Task, seconds: float | None) -> None:
    """Wait for a task, so many seconds at most."""
    if seconds is not None:
        await asyncio.wait((task,), timeout=seconds)
        return
    # What `asyncio.wait` does for several, at half the cost.
    waiter = asyncio.get_running_loop().create_future()

    def wake(_: Task) -> None:
        if not waiter.done():
            waiter.set_result(None)

    task.add_done_callback(wake)
    try:
        await waiter
    finally:
        task.remove_done_callback(wake)


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
    cancelled: asyncio.CancelledError, task: Task, commit: Commit
) -> asyncio.CancelledError:
    """The cancellation, with what has become of the commit."""
    error = _cause_of_cancellation(task) if task.cancelled() else task.exception()
    if error is None and not task.cancelled():
        mark(cancelled, "the commit was through before the task was cancelled")
    cancelled.__cause__ = error
    if commit.sent:
        publish(CancelledCommit(outcome=outcome_of(cancelled), place=calling_place()))
    return cancelled


def _cause_of_cancellation(task: Task) -> BaseException | None:
    try:
        task.result()
    except asyncio.CancelledError as own:
        return own.__cause__
    return None
