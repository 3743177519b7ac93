"""A coroutine that goes on when the task that has begun it is cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import pytest

from taskbound import outcome_of
from taskbound.engine.committing import Commit, under_way
from taskbound.write.commit import commit_whole
from taskbound.write.continued import Continued


class Work:
    """A commit that waits for `answer` once it was sent, and notes what becomes of it."""

    def __init__(self, *, sent: bool = True) -> None:
        self.commit = Commit()
        self.sent = sent
        self.answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.told: list[object] = []

    async def commits(self) -> None:
        self.commit.sent = self.sent
        try:
            self.told.append(await self.answer)
        except BaseException as error:
            self.told.append(type(error))
            raise
        await asyncio.sleep(0)
        self.told.append("done")


async def test_it_ends_in_the_task_that_awaits_it() -> None:
    tasks = []

    async def work() -> None:
        await asyncio.sleep(0)
        tasks.append(asyncio.current_task())

    await Continued(work(), Commit())

    assert tasks == [asyncio.current_task()]


async def test_it_raises_what_the_coroutine_raises() -> None:
    async def work() -> None:
        await asyncio.sleep(0)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await Continued(work(), Commit())


async def test_the_coroutine_is_told_what_it_waited_for_has_raised() -> None:
    work = Work()
    asyncio.get_running_loop().call_soon(work.answer.set_exception, OSError())

    with pytest.raises(OSError, match=r"^$"):
        await Continued(work.commits(), work.commit)
    assert work.told == [OSError]


async def test_what_is_cancelled_before_it_was_sent_has_ended() -> None:
    work = Work(sent=False)
    running = Continued(work.commits(), work.commit)

    with pytest.raises(asyncio.CancelledError):
        await _cancelled(running)

    assert work.told == [asyncio.CancelledError] and work.answer.cancelled()
    assert running.task is None and running.cancelled is not None


async def test_what_is_cancelled_once_it_was_sent_goes_on() -> None:
    work = Work()
    running = Continued(work.commits(), work.commit)

    with pytest.raises(asyncio.CancelledError, match=r"^enough$"):
        await _cancelled(running, "enough")
    assert work.told == [] and not work.answer.done()

    work.answer.set_result("answer")
    assert running.task is not None
    await running.task
    assert work.told == ["answer", "done"]


async def test_an_error_after_that_is_the_coroutines() -> None:
    work = Work()
    running = Continued(work.commits(), work.commit)
    with pytest.raises(asyncio.CancelledError):
        await _cancelled(running)

    work.answer.set_exception(OSError())
    assert running.task is not None
    with pytest.raises(OSError, match=r"^$"):
        await running.task
    assert work.told == [OSError]


async def test_an_answer_that_comes_with_the_cancellation_is_heard() -> None:
    work = Work()
    running = Continued(work.commits(), work.commit)

    with pytest.raises(asyncio.CancelledError):
        await _cancelled(running, before=lambda: work.answer.set_result("answer"))
    assert running.task is not None
    await running.task

    assert work.told == ["answer", "done"]


async def test_what_goes_on_can_be_cancelled_for_good() -> None:
    work = Work()
    running = Continued(work.commits(), work.commit)
    with pytest.raises(asyncio.CancelledError):
        await _cancelled(running)

    assert running.task is not None
    await asyncio.sleep(0)
    running.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running.task
    assert work.told == [asyncio.CancelledError] and work.answer.cancelled()


async def test_what_the_driver_cancels_itself_is_no_cancellation_of_the_task() -> None:
    work = Work()
    running = Continued(work.commits(), work.commit)
    asyncio.get_running_loop().call_soon(work.answer.cancel)

    with pytest.raises(asyncio.CancelledError):
        await running

    assert work.told == [asyncio.CancelledError] and running.task is None


async def test_it_goes_on_under_the_name_of_its_task_and_in_its_context() -> None:
    seen: list[object] = []

    async def work(commit: Commit, answer: Awaitable[None]) -> None:
        commit.sent = True
        await answer
        current = asyncio.current_task()
        seen.extend([current and current.get_name(), under_way.get()])

    commit, answer = Commit(), asyncio.get_running_loop().create_future()
    running = Continued(work(commit, answer), commit)
    under_way.set(commit)
    with pytest.raises(asyncio.CancelledError):
        await _cancelled(running, name="pays")
    answer.set_result(None)
    assert running.task is not None
    await running.task

    assert seen == ["pays", commit]


async def test_it_runs_in_tasks_that_are_written_in_python() -> None:
    python: Any = asyncio.tasks._PyTask  # type: ignore[attr-defined]  # asyncio's own, where C is not to be had
    work = Work()
    running = Continued(work.commits(), work.commit)

    with pytest.raises(asyncio.CancelledError):
        await _cancelled(running, make=python)
    work.answer.set_result("answer")
    assert running.task is not None
    await running.task

    assert work.told == ["answer", "done"]


async def test_a_cancellation_that_the_coroutine_keeps_to_itself_is_raised_all_the_same() -> None:
    async def stubborn() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await asyncio.sleep(0)

    with pytest.raises(asyncio.CancelledError) as caught:
        await _cancelled(commit_whole(stubborn(), here=True))

    assert outcome_of(caught.value) == "committed"


async def test_an_error_that_comes_instead_of_a_cancellation_is_its_cause() -> None:
    async def turned() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise ZeroDivisionError from None

    with pytest.raises(asyncio.CancelledError) as caught:
        await _cancelled(commit_whole(turned(), here=True))

    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    assert outcome_of(caught.value) == "refused"


async def test_a_coroutine_that_is_left_is_closed() -> None:
    work = Work()
    left = commit_whole(work.commits(), here=True)
    left.send(None)

    left.close()

    assert work.told == [GeneratorExit]


async def _cancelled(
    running: Awaitable[None],
    message: str | None = None,
    *,
    before: Callable[[], None] | None = None,
    name: str | None = None,
    make: Callable[..., asyncio.Task[None]] = asyncio.Task,
) -> None:
    """Await it in a task that is cancelled when it waits."""

    async def awaits() -> None:
        await running

    coroutine: Coroutine[Any, Any, None] = awaits()
    task = make(coroutine, loop=asyncio.get_running_loop(), name=name)
    for _ in range(2):
        await asyncio.sleep(0)
    if before is not None:
        before()
    task.cancel(message)
    await task
