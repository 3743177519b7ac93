"""Which constraint an error of a driver is about, as far as the server has said."""

from __future__ import annotations

from enum import Enum, auto
from typing import NamedTuple


class Kind(Enum):
    """A kind of constraint."""

    UNIQUE = auto()
    FOREIGN_KEY = auto()
    NOT_NULL = auto()
    CHECK = auto()
    EXCLUSION = auto()


class Violation(NamedTuple):
    """A constraint that has refused something. A name that the server has not said is None."""

    kind: Kind
    constraint: str | None = None
    table: str | None = None
    schema: str | None = None
    columns: tuple[str, ...] = ()
