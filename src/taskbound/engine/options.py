"""The settings of an engine, each with its unit and its reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineOptions:
    """How many connections an engine keeps, and how long it waits for what."""

    echo: bool = False
    """Log every statement."""
    pool_size: int = 10
    """Connections that the pool opens at most and keeps."""
    max_overflow: int = 0
    """Connections above `pool_size` that are opened under load and closed when they are returned.

    None by default: opening and closing them costs most of the throughput that they were meant for.
    """
    pool_timeout: float = 10.0
    """Seconds that a checkout waits for a connection before it raises `PoolExhausted`."""
    pool_recycle: float | None = 1800.0
    """Seconds after which a connection is replaced at its next checkout; None keeps it for ever."""
    pool_pre_ping: bool = False
    """Check a connection at every checkout, at three round trips each on asyncpg; see `idle_check`."""
    idle_check: float | None = 5.0
    """Seconds of idleness after which a connection is checked before it is used, at one round trip.

    None never checks. A connection that was used more recently is trusted, at no round trip.
    """
    connect_timeout: float = 10.0
    """Seconds that opening a connection, or checking an idle one, may take."""
    busy_timeout: float = 5.0
    """SQLite: seconds that a statement waits for another connection's lock."""
    held_budget: float | None = 1.0
    """Seconds that a connection may lie idle in a transaction before that is reported; None never does."""
    connect_args: Mapping[str, Any] = field(default_factory=dict)
    """Arguments of the driver's own `connect`."""

    def __post_init__(self) -> None:
        for name, least in (("pool_size", 1), ("max_overflow", -1), ("busy_timeout", 0)):
            _at_least(name, getattr(self, name), least)
        for name in (
            "pool_timeout",
            "connect_timeout",
            "pool_recycle",
            "idle_check",
            "held_budget",
        ):
            value = getattr(self, name)
            if value is not None:
                _at_least(name, value, 0)


def _at_least(name: str, value: object, least: int) -> None:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise TypeError(f"{name} must be a number, not {value!r}")
    if not value >= least:
        raise ValueError(f"{name} must be at least {least}, not {value!r}")
