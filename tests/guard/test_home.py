"""The task of an operation, found by the home of its session, is the one that asyncio names."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.util import await_only, greenlet_spawn

from taskbound.awaiting import Task, current_task
from taskbound.guard.home import NAMES, TASK, Home

Ask = Callable[[], "Task | None"]


@pytest.fixture
def ask() -> Ask:
    """Asks as the methods of one session do."""
    code = compile(TASK, "<guard>", "eval")
    namespace = {**NAMES, "_owner": Home()}
    return lambda: eval(code, namespace)  # what the guard writes into its methods


async def asked(ask: Ask) -> bool:
    return ask() is current_task() is not None


async def test_each_task_is_told_apart_from_the_others_in_turn(ask: Ask) -> None:
    async def twice() -> bool:
        first = await asked(ask)
        await asyncio.sleep(0)
        return first and await asked(ask)

    assert await asyncio.gather(*(twice() for _ in range(5))) == [True] * 5


async def test_greenlets_one_inside_the_other_are_the_task_that_awaits_them(ask: Ask) -> None:
    def inner() -> list[Task | None]:
        return [ask()]

    def outer() -> list[Task | None]:
        before = ask()
        await_only(asyncio.sleep(0))
        return [before, *await_only(greenlet_spawn(inner)), ask()]

    found = await greenlet_spawn(outer)

    assert found == [current_task()] * 3


async def test_a_greenlet_that_waits_is_not_the_task_that_runs_meanwhile(ask: Ask) -> None:
    waits = asyncio.Event()
    waiting = asyncio.create_task(greenlet_spawn(lambda: (await_only(waits.wait()), ask())[1]))
    await asyncio.sleep(0)
    meanwhile = ask()
    waits.set()

    assert (meanwhile, await waiting) == (current_task(), waiting)


async def test_a_thread_without_a_loop_has_no_task(ask: Ask) -> None:
    assert await asked(ask)
    # The task waits for it within a step, so that its loop has a current task.
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(ask).result() is None
    assert await asked(ask)


async def test_a_loop_in_another_thread_has_tasks_of_its_own(ask: Ask) -> None:
    assert await asked(ask)
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(lambda: asyncio.run(asked(ask))).result()
    assert await asked(ask)


def test_a_second_loop_in_the_same_thread_has_tasks_of_its_own(ask: Ask) -> None:
    async def is_home() -> bool:
        return await asked(ask) and await greenlet_spawn(ask) is current_task()

    assert [asyncio.run(is_home()) for _ in range(2)] == [True, True]
    assert ask() is None


async def test_a_callback_of_the_loop_has_no_task(ask: Ask) -> None:
    assert await asked(ask)
    answer: asyncio.Future[Task | None] = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(lambda: answer.set_result(ask()))

    assert await answer is None
