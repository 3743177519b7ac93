"""`python -m bench`: measure what was asked for, print it, and keep it."""

from __future__ import annotations

import asyncio
import os
import sys
import warnings
from collections.abc import Iterable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TypeVar

from bench.agreement import agree
from bench.choice import Choice, choice
from bench.contenders import installed
from bench.contenders.contender import Contender
from bench.cores import apart
from bench.costs import costs
from bench.figures import figures
from bench.loading import loaded
from bench.picture import picture
from bench.pooling import CONNECTIONS, pool_cell
from bench.reads import QUESTIONS, Read
from bench.results import Results, Time
from bench.rounds import Cell, cell, measure
from bench.servers import Servers
from bench.streaming import streamed
from bench.table import table, verdicts
from bench.web.load import load
from bench.writable import Writable
from bench.writers import writers
from bench.writers.writer import Writer
from bench.writes import CHANGES
from bench.writing import written
from tests.servers.missing import EngineMissing

T = TypeVar("T")

FOLDER = Path(__file__).parent
LATEST = FOLDER / "results" / "latest.json"
DOCS = FOLDER.parent / "docs"

# Connections where the reads come one after the other; one more is in a transaction.
FEW = 2

# Load average above which the figures are not those of an idle machine.
_BUSY = 0.7


async def main(chosen: Choice) -> Results:
    """Measure, and say on standard error what is being measured."""
    results = Results()
    load_average = os.getloadavg()[0]
    if load_average > _BUSY:
        _say(f"the machine is busy (load {load_average:.1f}): what others do is in the figures")
    with Servers(measurements=chosen.measurements) as servers:
        for driver in chosen.engines:
            try:
                await _on(driver, chosen, servers, results)
            except EngineMissing as missing:
                _say(f"{missing} ({driver} is left out)")
    return results


async def _on(driver: str, chosen: Choice, servers: Servers, results: Results) -> None:
    contenders = _chosen(installed(driver), chosen)
    who_write = _chosen(writers(driver), chosen)
    _say(f"{driver}: {', '.join(dict.fromkeys([*contenders, *who_write]))}")
    # Before the connections are opened, since each has a process or thread of the server.
    servers.filled(driver)
    with apart(servers.process(driver)):
        cells = await _reads(driver, contenders, chosen, servers)
        if "pool" in chosen.only and driver != "aiosqlite":
            cells += await _pool(driver, contenders, chosen, servers)
    _note(driver, cells, results.reads)
    if chosen.only & CHANGES.keys():
        _say(f"{driver}: writes")
        url = servers.writable(driver)
        with apart(servers.process(driver)):
            cells = await written(who_write, chosen, url)
        _note(driver, cells, results.writes)
    if "stream" in chosen.only:
        await _streams(driver, contenders, servers, results)
    if "load" in chosen.only:
        await _loads(driver, who_write, chosen, servers, results)
    if "http" in chosen.only and driver in {"asyncpg", "aiosqlite"}:
        _say(f"{driver}: http")
        rounds, seconds = (1, 0.5) if chosen.quick else (5, 1.0)
        results.shops[driver] = await load(servers.empty(driver), rounds=rounds, seconds=seconds)
    if "costs" in chosen.only and driver == "aiosqlite":
        _say(f"{driver}: costs")
        results.costs[driver] = await costs(servers.filled(driver), chosen.pace)


def _chosen(there: Mapping[str, T], chosen: Choice) -> dict[str, T]:
    return {
        name: class_
        for name, class_ in there.items()
        if not chosen.contenders or name in chosen.contenders
    }


def _note(driver: str, cells: Iterable[Cell], times: dict[str, dict[str, dict[str, Time]]]) -> None:
    for one in cells:
        of_driver = times.setdefault(driver, {})
        of_driver.setdefault(one.read, {})[one.contender] = Time(one.wall, one.cpu)


async def _reads(
    driver: str, contenders: dict[str, type[Contender]], chosen: Choice, servers: Servers
) -> list[Cell]:
    wanted = [question for question in QUESTIONS.values() if question.name in chosen.only]
    if not wanted:
        return []
    async with AsyncExitStack() as opened:
        reads: dict[str, dict[str, Read]] = {}
        for name, class_ in contenders.items():
            contender = class_(servers.filled(driver), connections=FEW)
            reads[name] = (await opened.enter_async_context(contender)).reads()
        await agree(reads, wanted)
        cells = [
            cell(question.name, name, of[question.name], question.keys)
            for question in wanted
            for name, of in reads.items()
            if question.name in of
        ]
        await measure(cells, chosen.pace)
    return cells


async def _pool(
    driver: str, contenders: dict[str, type[Contender]], chosen: Choice, servers: Servers
) -> list[Cell]:
    _say(f"{driver}: pool")
    async with AsyncExitStack() as opened:
        cells = []
        for name, class_ in contenders.items():
            contender = class_(servers.filled(driver), connections=CONNECTIONS)
            await opened.enter_async_context(contender)
            cells.append(pool_cell(name, contender.reads()["one"]))
        await measure(cells, chosen.pace)
    return cells


async def _streams(
    driver: str, contenders: dict[str, type[Contender]], servers: Servers, results: Results
) -> None:
    for name, class_ in contenders.items():
        if class_.streams():
            _say(f"{driver}: stream of {name}")
            found = await streamed(driver, name, servers.filled(driver))
            results.streams.setdefault(driver, {})[name] = found


async def _loads(
    driver: str,
    who_write: dict[str, type[Writer]],
    chosen: Choice,
    servers: Servers,
    results: Results,
) -> None:
    url = servers.writable(driver)
    for name, class_ in who_write.items():
        if class_(url, rows=0).has("bulk"):
            _say(f"{driver}: load of {name}")
            found = await loaded(driver, name, url, chosen.rows)
            results.loads.setdefault(driver, {})[name] = found
            Writable(url).restore()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _keep(results: Results, chosen: Choice) -> None:
    LATEST.parent.mkdir(exist_ok=True)
    LATEST.write_text(results.as_json(), encoding="utf-8")
    if chosen.whole:
        (DOCS / "bench.json").write_text(results.as_json(), encoding="utf-8")
        (DOCS / "bench.svg").write_text(picture(results), encoding="utf-8")


if __name__ == "__main__":
    # SQLite has no exact decimal, which SQLAlchemy says; here all read the same floats.
    warnings.filterwarnings("ignore", message="Dialect sqlite")
    asked_for = choice()
    found = asyncio.run(main(asked_for))
    _keep(found, asked_for)
    print(table(found))
    print(verdicts(figures(found)))
