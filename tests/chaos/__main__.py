"""`python -m tests.chaos`: break what there is to break, count, and say whether all is as promised."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL

from tests.chaos.choice import ENGINES, Choice, choice
from tests.chaos.figures import Figure, table
from tests.chaos.parts import RUN, Ground
from tests.chaos.server_side import new_database
from tests.servers.missing import EngineMissing
from tests.servers.place import CACHE
from tests.servers.revivable import Revivable, revivable


def main(chosen: Choice) -> int:
    """Run what was asked for, and print it. Returns 1 where anything is not as promised, else 0."""
    _say(f"seed {chosen.seed}, load average {os.getloadavg()[0]:.1f}")
    figures: list[Figure] = []
    missing = 0
    for engine in chosen.engines:
        try:
            with _ground(engine) as ground:
                figures += _looked_at(ground, chosen)
        except EngineMissing as error:
            _say(f"{error} ({engine} is left out)")
            missing += bool(os.environ.get("CI"))
    missed = sum(figure.missed for figure in figures)
    print(f"\n{table(figures)}\n\n{len(figures)} figures, {missed} missed; seed {chosen.seed}")
    return int(bool(missed or missing))


def _looked_at(ground: Ground, chosen: Choice) -> list[Figure]:
    figures = []
    for name in chosen.parts:
        started = time.monotonic()
        found = asyncio.run(RUN[name](ground, chosen))
        if found:
            _say(f"{ground.engine}: {name} took {time.monotonic() - started:.1f} s")
        figures += found
    return figures


@contextmanager
def _ground(engine: str) -> Iterator[Ground]:
    """An engine with a server of its own, and a folder."""
    backend, _ = ENGINES[engine].split("+")
    temporary = CACHE / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=temporary) as name:
        folder = Path(name)
        if backend == "sqlite":
            yield Ground(engine, None, folder, _files(folder), _say)
            return
        with revivable(backend) as server:
            yield Ground(engine, server, folder, _databases(server, engine), _say)


def _files(folder: Path) -> Callable[[str], URL]:
    return lambda name: URL.create(ENGINES["aiosqlite"], database=str(folder / f"{name}.sqlite"))


def _databases(server: Revivable, engine: str) -> Callable[[str], URL]:
    return lambda name: new_database(server.server.url, name).set(drivername=ENGINES[engine])


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main(choice()))
