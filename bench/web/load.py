"""The shop's read endpoints and the same endpoints of the usual shop, under load in turns."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import URL

from bench.agreement import Disagreement
from bench.web.requests import asked, requests_in
from shop.seed.filling import fill
from taskbound import Database

# Paths, and the ids that are put into them in turn.
ENDPOINTS = {
    "/orders/{id}": range(1, 3_001),
    "/orders?limit=20&offset={id}": range(0, 2_000, 20),
    "/customers/{id}": range(1, 41),
    "/customers?limit=20&offset={id}": range(0, 40, 20),
    "/products/{id}": range(1, 401),
    "/products?limit=20&offset={id}": range(0, 400, 20),
    "/categories": range(1),
    "/collections/{id}": range(1, 7),
    "/staff/{id}": range(1, 5),
}

SHOPS = ("usual", "shop")

CLIENTS = 16


@dataclass(frozen=True, slots=True)
class Serving:
    """A shop that serves."""

    port: int
    process: int


@dataclass(frozen=True, slots=True)
class Throughput:
    """What a shop has answered."""

    per_second: float
    cpu: float
    """Microseconds of the server's processor time a request."""


async def load(
    url: URL, *, rounds: int, seconds: float, clients: int = CLIENTS
) -> dict[str, dict[str, Throughput]]:
    """Requests a second of each shop, by endpoint.

    url: an empty database, which is filled with the shop's own data.
    seconds: how long each shop is asked in a round, for each endpoint.
    clients: connections, each with one request at a time.

    Raises `Disagreement` where the two shops answer differently.
    """
    async with Database(url) as database:
        await fill(database)
    with ExitStack() as running:
        started = {name: running.enter_context(_started(name, url)) for name in SHOPS}
        shops = {name: _serving(process) for name, process in started.items()}
        found: dict[str, dict[str, Throughput]] = {}
        for path, keys in ENDPOINTS.items():
            await _agree(shops, path, keys)
            asking = _Asking(path, keys, clients)
            found[path] = await _throughput(shops, asking, rounds, seconds)
    return found


@dataclass(frozen=True, slots=True)
class _Asking:
    """What is asked for, by how many."""

    path: str
    keys: range
    clients: int

    async def round(self, serving: Serving, seconds: float) -> Throughput:
        turning = itertools.cycle(self.keys)
        busy = _busy(serving.process)
        count = await requests_in(
            seconds, serving.port, lambda: self.path.format(id=next(turning)), self.clients
        )
        return Throughput(count / seconds, (_busy(serving.process) - busy) / count * 1_000_000)


async def _throughput(
    shops: dict[str, Serving], asking: _Asking, rounds: int, seconds: float
) -> dict[str, Throughput]:
    for serving in shops.values():
        await asking.round(serving, seconds / 4)
    turns: dict[str, list[Throughput]] = {name: [] for name in shops}
    for _ in range(rounds):
        for name, serving in shops.items():
            turns[name].append(await asking.round(serving, seconds))
    return {
        name: Throughput(median(t.per_second for t in of), median(t.cpu for t in of))
        for name, of in turns.items()
    }


def _busy(process: int) -> float:
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _agree(shops: dict[str, Serving], path: str, keys: range) -> None:
    for key in (keys[0], keys[-1]):
        answers = [await _answer(serving, path.format(id=key)) for serving in shops.values()]
        if any(answer != answers[0] for answer in answers):
            raise Disagreement(f"GET {path.format(id=key)}: {' and '.join(shops)} answer otherwise")


async def _answer(serving: Serving, path: str) -> Any:
    return json.loads(await asked(serving.port, path))


@contextmanager
def _started(name: str, url: URL) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "bench.web.serving", name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        # On its standard input, since everybody can read a command.
        print(url.render_as_string(hide_password=False), file=process.stdin, flush=True)
        yield process
        process.stdin.close()


def _serving(process: subprocess.Popen[str]) -> Serving:
    assert process.stdout is not None
    return Serving(int(process.stdout.readline()), process.pid)


def main() -> None:
    """The load alone; for a look at it while the shop is worked on."""
    from bench.servers import Servers

    driver = sys.argv[1]
    with Servers(measurements=1) as servers:
        found = asyncio.run(load(servers.empty(driver), rounds=1, seconds=0.5))
    for path, shops in found.items():
        print(
            f"{path:40}",
            *(f"{name} {t.per_second:7.0f}/s {t.cpu:7.0f} µs" for name, t in shops.items()),
        )


if __name__ == "__main__":
    main()
