"""A load with one bad row among very many leaves the table as it was, and names the row.

`TASKBOUND_BULK_ROWS` is how many rows, 20,000 unless it is set.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from taskbound import Database, RowRefused, TaskSession, UniqueViolation
from tests.dml.models import Customer

ROWS = int(os.environ.get("TASKBOUND_BULK_ROWS", "20000"))
BAD = ROWS * 3 // 4 + 7
CHUNK = ROWS // 5


def rows() -> Iterator[dict[str, Any]]:
    """Customers, one of whom has the address of one who is there."""
    for number in range(2, ROWS + 2):
        email = "ada@example.org" if number == BAD + 2 else f"{number}@example.org"
        yield {"id": number, "name": f"N{number}", "email": email}


async def one_by_one() -> AsyncIterator[dict[str, Any]]:
    for row in rows():
        yield row


def in_one_list() -> Iterable[Any]:
    return list(rows())


async def in_table(session: TaskSession) -> list[Any]:
    counted = select(func.count(), func.max(Customer.id), func.max(Customer.email))
    return list((await session.execute(counted)).one())


@pytest.mark.parametrize("source", [in_one_list, rows, one_by_one])
@pytest.mark.parametrize("method", ["insert_many", "upsert_many", "copy_in"])
async def test_one_bad_row_of_very_many_leaves_the_table_as_it_was(
    shop: Database, method: str, source: Any
) -> None:
    async with shop.begin() as session:
        await session.insert(Customer, {"id": -1, "name": "Eve", "email": "eve@example.org"})
        before = await in_table(session)
        with pytest.raises(RowRefused) as caught:
            await getattr(session, method)(Customer, source())
        after = await in_table(session)

    assert after == before
    assert (caught.value.row, caught.value.columns, caught.value.field) == (
        BAD,
        ("email",),
        "email",
    )
    assert isinstance(caught.value.refusal, UniqueViolation)


@pytest.mark.parametrize("source", [in_one_list, one_by_one])
async def test_chunk_by_chunk_the_others_are_written_and_the_bad_row_is_reported(
    shop: Database, source: Any
) -> None:
    told: list[int] = []
    async with shop.begin() as session:
        loaded = await session.insert_many(
            Customer, source(), chunk=CHUNK, progress=told.append, on_error="skip"
        )
        count, last, _ = await in_table(session)

    assert [(each.row, each.columns, each.field) for each in loaded.refused] == [
        (BAD, ("email",), "email")
    ]
    assert (loaded.written, count, last) == (ROWS - 1, ROWS, ROWS + 1)
    assert told == [CHUNK, 2 * CHUNK, 3 * CHUNK, 4 * CHUNK - 1, ROWS - 1]
