"""What a run has found, as JSON keeps it."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from bench.costs import Costs
from bench.streaming import Streamed
from bench.web.load import Throughput

_PACKAGES = (
    "taskbound",
    "sqlalchemy",
    "pydantic",
    "msgspec",
    "asyncpg",
    "psycopg",
    "aiosqlite",
    "aiomysql",
    "asyncmy",
    "advanced-alchemy",
    "sqlmodel",
    "tortoise-orm",
    "piccolo",
    "fastapi",
    "uvicorn",
)


@dataclass(frozen=True, slots=True)
class Time:
    """Microseconds a read, or a write: how long it took, and how long this process was busy."""

    wall: float
    cpu: float


@dataclass(slots=True)
class Results:
    """Everything, by driver first. What was not measured is not there."""

    reads: dict[str, dict[str, dict[str, Time]]] = field(default_factory=dict)
    """By driver, read and contender; `pool` is one of the reads."""
    writes: dict[str, dict[str, dict[str, Time]]] = field(default_factory=dict)
    """By driver, write and contender."""
    streams: dict[str, dict[str, Streamed]] = field(default_factory=dict)
    """By driver and contender."""
    loads: dict[str, dict[str, Streamed]] = field(default_factory=dict)
    """The same of rows that are written."""
    shops: dict[str, dict[str, dict[str, Throughput]]] = field(default_factory=dict)
    """By driver, endpoint and shop."""
    costs: dict[str, Costs] = field(default_factory=dict)
    """By driver."""

    def as_json(self) -> str:
        """The results, and on what they were measured."""
        found: dict[str, Any] = {"on": _surroundings(), **asdict(self)}
        return json.dumps(_rounded(found), indent=1) + "\n"

    def time(self, driver: str, asked: str, contender: str) -> Time | None:
        """What one contender has needed for a read or a write, or None where it was not measured."""
        of_driver = {**self.reads.get(driver, {}), **self.writes.get(driver, {})}
        return of_driver.get(asked, {}).get(contender)


def _surroundings() -> dict[str, Any]:
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "packages": dict(_installed()),
    }


def _installed() -> Iterator[tuple[str, str]]:
    for name in _PACKAGES:
        with suppress(PackageNotFoundError):
            yield name, version(name)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor())


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded(item) for name, item in value.items()}
    return round(value, 3) if isinstance(value, float) else value
