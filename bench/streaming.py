"""Memory while very many rows are streamed, each contender in a child of its own.

`python -m bench.streaming DRIVER CONTENDER` with the database on its standard input is that child.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import URL, make_url

from bench.contenders import installed

MIB = 1024 * 1024

# Seconds that a child may take.
LIMIT = 300.0


@dataclass(frozen=True, slots=True)
class Streamed:
    """What a stream has cost."""

    rows: int
    seconds: float
    grown: int
    """Bytes of resident memory at the most, above those at the start."""


async def streamed(driver: str, contender: str, url: URL) -> Streamed:
    """What it costs this contender to read every measurement.

    Raises `RuntimeError` where it fails, with what it wrote.
    """
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.streaming", driver, contender),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    text = url.render_as_string(hide_password=False)
    async with asyncio.timeout(LIMIT):
        output, errors = await child.communicate(text.encode())
    if child.returncode != 0:
        raise RuntimeError(f"{contender} on {driver}: {errors.decode()[-2000:]}")
    return Streamed(**json.loads(output))


async def _stream(driver: str, contender: str, url: URL) -> Streamed:
    async with installed(driver)[contender](url, connections=1) as opened:
        # What a first read brings into memory, code above all, stays for every later one.
        await opened.reads()["one"](1)
        _forget_peak()
        start, began = _memory("VmRSS"), time.perf_counter()
        rows = await opened.stream()
        return Streamed(rows, time.perf_counter() - began, _memory("VmHWM") - start)


def _forget_peak() -> None:
    # 5 sets the peak of this process to what it has now: proc(5).
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _memory(name: str) -> int:
    """Bytes, from this process's status."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError(f"/proc/self/status has no {name}")


if __name__ == "__main__":
    found = asyncio.run(_stream(sys.argv[1], sys.argv[2], make_url(sys.stdin.read())))
    print(json.dumps(asdict(found)))
