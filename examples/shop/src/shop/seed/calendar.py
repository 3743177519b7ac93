"""When things happened in the generated shop."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

# The evening on which the generated shop stands still: what is generated is the same every day.
TODAY = datetime(2025, 6, 30, 20, 0, tzinfo=UTC)

# How many of a hundred orders come in each hour of a day, from midnight on: most in the evening.
_HOURS = (2, 1, 1, 0, 0, 0, 1, 2, 3, 4, 5, 5, 6, 5, 4, 4, 5, 6, 8, 10, 11, 9, 5, 3)


def moment_before(chance: Random, *, days: tuple[int, int]) -> datetime:
    """A moment on a day between so many `days` before `TODAY`, at an hour when people are awake."""
    day = TODAY - timedelta(days=chance.randint(*days))
    (hour,) = chance.choices(range(24), weights=_HOURS)
    return day.replace(hour=hour, minute=chance.randrange(60), second=chance.randrange(60))
