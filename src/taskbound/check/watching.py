"""Files watched by looking at them again and again: no thread, no dependency, on every file system."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

INTERVAL = 0.5

# A file's time of change in nanoseconds and its size in bytes.
Stamp = tuple[int, int]


def watch(
    files: Callable[[], Iterable[str]],
    *,
    interval: float = INTERVAL,
    wait: Callable[[float], object] = time.sleep,
) -> Iterator[tuple[str, ...]]:
    """Nothing at once, then the paths that have changed, come or gone, each time that some have.

    What changes while the reader is at work is seen at the next look. It ends with its reader.

    files: asked each time, since files come and go. interval: seconds between two looks.
    """
    before = stamps(files())
    yield ()
    while True:
        wait(interval)
        now = stamps(files())
        if changed := differing(before, now):
            before = now
            yield changed


def stamps(files: Iterable[str]) -> dict[str, Stamp]:
    """What each file looks like from outside. One that is gone by now has none."""
    seen: dict[str, Stamp] = {}
    for path in files:
        try:
            status = Path(path).stat()
        except OSError:
            continue
        seen[path] = (status.st_mtime_ns, status.st_size)
    return seen


def differing(before: dict[str, Stamp], now: dict[str, Stamp]) -> tuple[str, ...]:
    """The paths that are not the same in both."""
    return tuple(
        sorted(path for path in before.keys() | now.keys() if before.get(path) != now.get(path))
    )
