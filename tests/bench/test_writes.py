"""A short run of the writes that are measured, so that they go on working: the figures are not looked at."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from sqlalchemy import URL

from bench.__main__ import main
from bench.agreement import Disagreement
from bench.choice import choice
from bench.figures import figures
from bench.loading import loaded
from bench.outcome import agree_on_rows, turn_of
from bench.results import Results, Time
from bench.servers import Servers
from bench.table import table
from bench.writable import Writable
from bench.writers import writers
from bench.writers.writer import Writer
from bench.writes import CHANGES

# SQLite has no exact decimal, which SQLAlchemy says; here all write the same floats.
pytestmark = pytest.mark.filterwarnings("ignore:Dialect sqlite")


@pytest.fixture
def url() -> Iterator[URL]:
    """The database that is written to, on SQLite."""
    with Servers(measurements=1) as servers:
        yield servers.writable("aiosqlite")


@pytest.fixture
async def everyone(url: URL) -> AsyncIterator[dict[str, Writer]]:
    """All that write by aiosqlite and are installed."""
    async with AsyncExitStack() as opened:
        yield {
            name: await opened.enter_async_context(class_(url, rows=10))
            for name, class_ in writers("aiosqlite").items()
        }


async def test_a_quick_run_times_everyone_who_writes() -> None:
    quick = ["--quick", "--rows", "200", "--only", "insert,bulk", "--engine", "aiosqlite"]

    results = await main(choice(quick))

    assert list(results.writes["aiosqlite"]["insert"]) == list(writers("aiosqlite"))
    assert {"orm", "driver"} <= results.writes["aiosqlite"]["bulk"].keys()


async def test_all_who_write_leave_the_same_rows(url: URL, everyone: dict[str, Writer]) -> None:
    # It raises where they do not.
    await agree_on_rows(everyone, CHANGES.values(), Writable(url))


async def test_who_leaves_other_rows_is_named_with_the_place(
    url: URL, everyone: dict[str, Writer], monkeypatch: pytest.MonkeyPatch
) -> None:
    by_hand = everyone["driver"]

    async def late(key: int) -> Any:
        return await type(by_hand).update(by_hand, key + 1)  # type: ignore[attr-defined]  # it has one

    monkeypatch.setattr(by_hand, "update", late, raising=False)
    with pytest.raises(Disagreement) as caught:
        await agree_on_rows(everyone, [CHANGES["update"]], Writable(url))

    assert str(caught.value) == (
        "update of orm and update of driver differ for 1 at $.answer.id: 1 and 2"
    )


@pytest.mark.parametrize("name", list(CHANGES))
async def test_a_turn_leaves_the_tables_as_they_were(
    url: URL, everyone: dict[str, Writer], name: str
) -> None:
    change, database = CHANGES[name], Writable(url)
    before = database.content()

    async with turn_of(everyone["driver"], change, database)():
        for key in (1, 2, 200):
            await everyone["driver"].writes()[name](key)

    assert database.content() == before


async def test_a_load_is_measured_in_a_process_of_its_own(url: URL) -> None:
    found = await loaded("aiosqlite", "driver", url, 2_000)

    assert found.rows == 2_000
    assert len(Writable(url).content()["events"]) == 3_000


def test_the_ratio_of_a_write_to_what_is_written_by_hand_is_of_one_run() -> None:
    found = {figure.claim: figure.reached for figure in figures(_results())}

    assert found["asyncpg: insert in a transaction, of hand-written"] == 1.2
    assert found["asyncpg: 100,000 rows, of hand-written COPY"] is None


def test_the_table_names_what_is_written() -> None:
    lines = table(_results()).splitlines()

    assert (
        "asyncpg: µs a write (and µs of this process's processor time), x of the driver's" in lines
    )
    assert "    taskbound-msgspec            600       (300)     1.20 x" in lines


def _results() -> Results:
    return Results(
        writes={
            "asyncpg": {
                "insert": {
                    "driver": Time(500.0, 250.0),
                    "taskbound-msgspec": Time(600.0, 300.0),
                }
            }
        }
    )
