"""`Database.gather()`: several functions at the same time, and all their results."""

from __future__ import annotations

import asyncio

import pytest

from taskbound import Database, TaskSession, call
from tests.group.people import add, count, is_clean, name_of, names


async def test_the_results_come_in_the_order_of_the_functions(people: Database) -> None:
    results = await people.gather(
        call(name_of, 1), count, lambda session: name_of(session, 2), call(name_of, key=1)
    )

    assert results == ("Ada", 2, "Grace", "Ada")
    assert await is_clean(people)


async def test_nothing_to_call_has_no_results(local: Database) -> None:
    assert await local.gather() == ()


async def test_more_functions_than_connections_take_turns(people: Database) -> None:
    results = await people.gather(*(call(name_of, 1 + turn % 2) for turn in range(20)))

    assert results == ("Ada", "Grace") * 10


async def test_the_first_error_is_raised_as_it_is_once_the_others_have_ended(
    people: Database,
) -> None:
    reading = asyncio.Event()

    async def waits(session: TaskSession) -> None:
        await session.connection()
        reading.set()
        try:
            await asyncio.Event().wait()
        finally:
            raise ValueError("on the way out")

    async def fails(_session: TaskSession) -> None:
        await reading.wait()
        raise LookupError("nobody")

    with pytest.raises(LookupError, match=r"^nobody") as caught:
        await people.gather(waits, fails)

    assert caught.value.__notes__ == [
        "then another function of this gather() raised ValueError('on the way out')"
    ]
    assert await is_clean(people)


async def test_a_group_that_a_function_raises_is_that_function_s_error(local: Database) -> None:
    own = ExceptionGroup("mine", [LookupError()])

    async def fails(_session: TaskSession) -> None:
        raise own

    with pytest.raises(ExceptionGroup) as caught:
        await local.gather(fails)

    assert caught.value is own


async def test_writing_functions_commit_each_by_itself(people: Database) -> None:
    await people.gather(call(add, 3, "Edith"), call(add, 4, "Joan"), read_only=False)

    assert await names(people) == ["Ada", "Grace", "Edith", "Joan"]


async def test_a_call_shows_its_function() -> None:
    assert repr(call(name_of, 1)) == "call(name_of)"
