"""`shop serve` in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

COMMAND = [sys.executable, "-m", "shop", "serve", "--port"]


class Served:
    """A running `shop serve`, what it has said until it answered, and what it complains of."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self.process = process
        self.log = log
        self.said = _said(process, log)

    def address(self, name: str) -> str:
        """The address that it printed for `name`: Shop, API docs or Health."""
        start = f"{name}: "
        return next(line.removeprefix(start) for line in self.said if line.startswith(start))


@contextmanager
def serve(folder: Path, *, port: int = 0, url: str | None = None) -> Iterator[Served]:
    """`shop serve` in `folder`, killed when the block ends.

    url: the database; None means the one that the command makes for itself.
    """
    environment = {name: value for name, value in os.environ.items() if name != "TASKBOUND_URL"}
    log = folder / "log"
    with log.open("w") as written:
        process = subprocess.Popen(
            [*COMMAND, str(port)],
            cwd=folder,
            env={**environment, "PYTHONUNBUFFERED": "1", **({"TASKBOUND_URL": url} if url else {})},
            stdout=subprocess.PIPE,
            stderr=written,
            text=True,
        )
    try:
        yield Served(process, log)
    finally:
        process.kill()
        process.communicate()


def _said(process: subprocess.Popen[str], log: Path) -> list[str]:
    assert process.stdout
    said: list[str] = []
    for line in process.stdout:
        said.append(line.strip())
        if line.startswith("Health:"):
            return said
    raise AssertionError(f"it ended early: {said}, {log.read_text()}")
