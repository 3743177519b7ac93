"""Which core works for whom: a connection's luck in that is no property of who opened it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def apart(server: int | None) -> Iterator[None]:
    """Keep this thread on one core, and a server on the others, until the block ends.

    Left to themselves, the two sides of one connection may share a core and those of the next may not,
    which makes a difference of half a read. Does nothing where there is one core, or no way to say so.

    server: a process of this machine, with all of its threads and children; None where it is not ours.
    """
    if server is None or not hasattr(os, "sched_setaffinity"):
        yield
        return
    cores = os.sched_getaffinity(0)
    own, *others = sorted(cores)
    if not others:
        yield
        return
    os.sched_setaffinity(0, {own})
    _place(server, set(others))
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)
        _place(server, cores)


def _place(server: int, cores: set[int]) -> None:
    for thread in _threads(server):
        # It may have ended since.
        with suppress(ProcessLookupError):
            os.sched_setaffinity(thread, cores)


def _threads(process: int) -> Iterator[int]:
    """The threads of a process and of its children; what these make later inherits its place."""
    # A server's children come and go.
    with suppress(FileNotFoundError, ProcessLookupError):
        for task in Path(f"/proc/{process}/task").iterdir():
            yield int(task.name)
            for child in (task / "children").read_text(encoding="ascii").split():
                yield from _threads(int(child))
