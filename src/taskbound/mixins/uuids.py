"""UUIDs in the order of time: version 7 of RFC 9562."""

from __future__ import annotations

import secrets
import threading
import time
from uuid import UUID

# After the 48 bits of milliseconds: version, 12 bits, variant, 62 bits. The first 42 of those 74 count.
_COUNTER_BITS, _RANDOM_BITS = 42, 32
_VERSION, _VARIANT = 7 << 76, 0b10 << 62


class _Clock:
    """What the last one was made of."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._milliseconds = 0
        self._counter = 0

    def tick(self) -> tuple[int, int]:
        """Milliseconds and a counter, greater than ever before in this process."""
        with self._lock:
            now = time.time_ns() // 1_000_000
            if now > self._milliseconds:
                self._milliseconds, self._counter = now, _seed()
            else:
                # In the same millisecond, or after the clock was set back.
                self._counter += 1
                if self._counter >> _COUNTER_BITS:
                    self._milliseconds, self._counter = self._milliseconds + 1, _seed()
            return self._milliseconds, self._counter


_CLOCK = _Clock()


def uuid7() -> UUID:
    """A new UUID: greater than each one that this process has made before, and not to be guessed.

    48 bits are the milliseconds since 1970, 42 a counter that begins at random in each of them, 32 random.
    """
    milliseconds, counter = _CLOCK.tick()
    high, low = counter >> 30, counter & ((1 << 30) - 1)
    number = milliseconds << 80 | _VERSION | high << 64 | _VARIANT | low << _RANDOM_BITS
    return UUID(int=number | secrets.randbits(_RANDOM_BITS))


def _seed() -> int:
    # Its first bit is left free, so that there is room to count.
    return secrets.randbits(_COUNTER_BITS - 1)
