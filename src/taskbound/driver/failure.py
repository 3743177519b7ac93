"""What an error of a driver says about the transaction in which it came."""

from __future__ import annotations

from enum import Enum, auto
from typing import NamedTuple


class Kind(Enum):
    """Why a statement or a COMMIT has failed, where that matters to whoever might try again."""

    SERIALIZATION = auto()
    """Another transaction has changed what this one has read."""
    DEADLOCK = auto()
    LOCK = auto()
    """A lock was not to be had in time, or at once."""
    BUSY = auto()
    """SQLite: another connection writes."""
    STALE_PLAN = auto()
    """A prepared statement of before a change of the schema."""
    LOST = auto()
    """The connection is gone, or there was none to be had."""
    OVERTIME = auto()
    """A statement, or the pause between two, took longer than the server was told."""
    READ_ONLY = auto()
    """A write in a transaction that only reads."""


class Verdict(NamedTuple):
    """What is known from an error's code."""

    kind: Kind | None = None
    undone: bool = False
    """Whether the server, where it answers a COMMIT so, is sure to have committed nothing."""


NOTHING_KNOWN = Verdict()
