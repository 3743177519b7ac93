"""The parts of `make chaos`: each looks at one engine, and returns its figures."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL

from taskbound import Database
from tests.chaos.bank import Closing, open_in_peace, open_under_faults
from tests.chaos.branch import branches
from tests.chaos.cancelled import deadline_figures, storm_controls, storm_figures
from tests.chaos.choice import Choice
from tests.chaos.controls import controls
from tests.chaos.faults import Fault
from tests.chaos.figures import Figure
from tests.chaos.finding_out import errors_per_kill
from tests.chaos.full_disk import Limit, in_a_process
from tests.chaos.ledger import judge, open_bank
from tests.chaos.load import Load
from tests.chaos.soak import soak, soak_controls
from tests.chaos.storm import Storm
from tests.servers.revivable import Revivable

# Processes of SQLite's branches at a time.
_BRANCHES = 2

# Rounds of killing in which errors are counted.
_ROUNDS = 5


@dataclass(frozen=True)
class Ground:
    """One engine to look at."""

    engine: str
    server: Revivable | None
    """None for SQLite."""
    folder: Path
    database: Callable[[str], URL]
    """Makes a new, empty database of a name."""
    say: Callable[[str], object]
    """Tells those who wait how it goes."""


Part = Callable[[Ground, Choice], Coroutine[Any, Any, list[Figure]]]


async def _controls(ground: Ground, chosen: Choice) -> list[Figure]:
    return await controls(ground.database("controls"), ground.engine, seed=chosen.seed)


async def _bank(ground: Ground, chosen: Choice) -> list[Figure]:
    load = Load(operations=chosen.operations, cancellations=chosen.cancellations)
    url = ground.database("bank")
    if ground.server is None:
        closing = await open_in_peace(url, load, seed=chosen.seed)
    else:
        closing = await open_under_faults(
            url, load, _faults(chosen), seed=chosen.seed, server=ground.server
        )
    ground.say(f"{closing}\n    in {closing.seconds:.0f} s")
    _say_errors(ground, closing)
    return [*closing.figures(ground.engine), *_made(ground, chosen, closing)]


def _faults(chosen: Choice) -> dict[Fault, int]:
    faults = dict.fromkeys(Fault, chosen.cuts)
    return faults | {Fault.KILL: chosen.kills, Fault.RESTART: chosen.restarts}


def _made(ground: Ground, chosen: Choice, closing: Closing) -> list[Figure]:
    """That the faults have come about: a run without them would show nothing."""
    made = [("cancelled", closing.cancelled, chosen.cancellations)]
    if ground.server is not None:
        made.append(("backends killed", closing.faults[Fault.KILL], chosen.kills))
        made.append(("servers killed", closing.faults[Fault.RESTART], chosen.restarts))
    operations = closing.verdict.operations
    return [
        Figure("made", ground.engine, what, seen, of=operations, least=asked)
        for what, seen, asked in made
    ]


def _say_errors(ground: Ground, closing: Closing) -> None:
    for said, count in [*closing.errors.most_common(5), *closing.complaints.most_common(5)]:
        ground.say(f"    {count:5d} x {said}")


async def _kills(ground: Ground, _chosen: Choice) -> list[Figure]:
    if ground.server is None:
        return []
    return await errors_per_kill(ground.database("kills"), ground.engine, rounds=_ROUNDS)


async def _storm(ground: Ground, chosen: Choice) -> list[Figure]:
    how = Storm(chosen.cancellations, chosen.seed)
    figures, said = await storm_figures(ground.database("storm"), ground.engine, how)
    ground.say(said)
    return [*await storm_controls(ground.database("storms"), ground.engine), *figures]


async def _deadlines(ground: Ground, _chosen: Choice) -> list[Figure]:
    process = ground.server.server.process if ground.server else None
    return await deadline_figures(ground.database("deadlines"), ground.engine, process)


async def _branches(ground: Ground, chosen: Choice) -> list[Figure]:
    if ground.server is not None:
        return []
    url = ground.database("branches")
    async with Database(url) as database:
        await open_bank(database)
        ledger = await asyncio.to_thread(
            branches, url, ground.folder, number=_BRANCHES, kills=chosen.kills, seed=chosen.seed
        )
        verdict = await judge(database, ledger)
    ground.say(f"{verdict}\n    processes killed {chosen.kills}")
    return verdict.figures(f"{ground.engine}, processes killed")


async def _disk(ground: Ground, chosen: Choice) -> list[Figure]:
    if ground.server is not None:
        return []
    figures = []
    for limit in Limit:
        url = ground.database(limit.name.lower()).render_as_string(hide_password=False)
        short = await asyncio.to_thread(in_a_process, url, limit, seed=chosen.seed)
        where = f"{ground.engine}, {limit.value}"
        ground.say(f"{short.verdict}\n    {limit.value}: {short.code}, {short.said}")
        figures += short.verdict.figures(where)
        figures += [
            Figure("disk", where, "acknowledged without room", short.without, of=short.tried),
            Figure("disk", where, "acknowledged afterwards", short.after, of=short.tried, least=1),
        ]
    return figures


async def _soak(ground: Ground, chosen: Choice) -> list[Figure]:
    result = await soak(ground.database("soak"), seconds=chosen.soak, seed=chosen.seed)
    before, after = result.memory
    ground.say(
        f"{result.operations:,} operations, {result.cancelled:,} cancelled;"
        f" {before:.1f} MiB after the warm-up, {after:.1f} MiB at the end"
    )
    figures = result.figures(ground.engine)
    return figures + await soak_controls(ground.database("forgotten"), ground.engine)


RUN: dict[str, Part] = {
    "controls": _controls,
    "bank": _bank,
    "storm": _storm,
    "deadlines": _deadlines,
    "kills": _kills,
    "branches": _branches,
    "disk": _disk,
    "soak": _soak,
}
