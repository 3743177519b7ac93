"""The memory of this process, and measurements that need a process of their own."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import URL

MIB = 1024 * 1024

# Seconds that a child may take.
LIMIT = 300.0


def forget_peak() -> None:
    """Let the peak of this process begin anew."""
    # 5 sets the peak of this process to what it has now: proc(5).
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def resident() -> int:
    """Bytes that this process has in memory."""
    return _status("VmRSS")


def peak() -> int:
    """Bytes that this process had in memory at the most, since the peak was forgotten."""
    return _status("VmHWM")


async def in_child(module: str, *arguments: str, url: URL) -> dict[str, Any]:
    """The JSON that `python -m MODULE ARGUMENTS` writes, with the database on its standard input.

    Raises `RuntimeError` where it fails, with what it wrote.
    """
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    text = url.render_as_string(hide_password=False)
    async with asyncio.timeout(LIMIT):
        output, errors = await child.communicate(text.encode())
    if child.returncode != 0:
        raise RuntimeError(f"{module} {' '.join(arguments)}: {errors.decode()[-2000:]}")
    found: dict[str, Any] = json.loads(output)
    return found


def _status(name: str) -> int:
    """Bytes, from this process's status."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError(f"/proc/self/status has no {name}")
