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
    """A running `shop serve`, and what it has said until it answered."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said = _said(process)

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
    process = subprocess.Popen(
        [*COMMAND, str(port)],
        cwd=folder,
        env={**environment, "PYTHONUNBUFFERED": "1", **({"TASKBOUND_URL": url} if url else {})},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Served(process)
    finally:
        process.kill()
        process.communicate()


def _said(process: subprocess.Popen[str]) -> list[str]:
    assert process.stdout
    said: list[str] = []
    for line in process.stdout:
        said.append(line.strip())
        if line.startswith("Health:"):
            return said
    raise AssertionError(f"it ended early: {said}")
