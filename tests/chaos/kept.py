"""What a process keeps: memory, files, threads, tasks, and sessions on the server."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
from dataclasses import astuple, dataclass
from pathlib import Path

from sqlalchemy import URL

from tests.chaos.server_side import sessions

_PAGE = os.sysconf("SC_PAGE_SIZE")
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Kept:
    """Counted at one moment."""

    memory: float
    """MiB that are resident."""
    files: int
    threads: int
    tasks: int
    sessions: int

    def __sub__(self, other: Kept) -> Kept:
        mine, others = astuple(self), astuple(other)
        return Kept(*(one - another for one, another in zip(mine, others, strict=True)))


async def kept(url: URL) -> Kept:
    """What this process keeps now. Linux alone says so in files."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    open_now = (await asyncio.to_thread(sessions, url)).open
    return Kept(
        memory=pages * _PAGE / _MIB,
        files=len(list(Path("/proc/self/fd").iterdir())),
        threads=threading.active_count(),
        tasks=len(asyncio.all_tasks()),
        sessions=open_now,
    )


def highest(found: list[Kept]) -> Kept:
    """The highest of each count."""
    return Kept(*(max(column) for column in zip(*map(astuple, found), strict=True)))
