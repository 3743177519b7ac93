"""What is to be measured, and how long."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

from bench.contenders import ENTRIES
from bench.reads import OTHERS, QUESTIONS
from bench.rounds import Pace
from bench.servers import DRIVERS
from bench.writers import ENTRIES as WRITERS
from bench.writes import CHANGES, FEWER, MANY

_NAMED = [entry.name for entry in ENTRIES] + [entry.name for entry in WRITERS]
NAMES = tuple(dict.fromkeys(_NAMED))

# What can be asked for by one name.
_GROUPS = {"reads": list(QUESTIONS), "writes": [*CHANGES, "load"]}
_EVERYTHING = [*QUESTIONS, *CHANGES, *OTHERS]


@dataclass(frozen=True, slots=True)
class Choice:
    """What the command was asked for."""

    only: frozenset[str]
    engines: tuple[str, ...]
    contenders: frozenset[str]
    """Empty means all."""
    quick: bool
    rows: int
    """Rows that are written at once."""

    @property
    def pace(self) -> Pace:
        """How long reads are measured."""
        return Pace(rounds=5, seconds=0.02) if self.quick else Pace(rounds=15, seconds=0.06)

    @property
    def bulk_pace(self) -> Pace:
        """How often very many rows are written at once: a call a turn, after one that is not timed."""
        return Pace(rounds=1 if self.quick else 5, seconds=0, warm_up=0)

    @property
    def measurements(self) -> int:
        """Rows that are streamed."""
        if "stream" not in self.only:
            return 1_000
        return 100_000 if self.quick else 1_000_000

    @property
    def whole(self) -> bool:
        """Whether nothing was left out, so that the results can stand in the documentation."""
        return (
            not self.quick
            and self.rows == MANY
            and not self.contenders
            and self.only == {*_EVERYTHING}
            and (set(self.engines) == set(DRIVERS))
        )


def choice(arguments: Sequence[str] | None = None) -> Choice:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="short turns: rough figures")
    parser.add_argument(
        "--only", help=f"some of {', '.join([*_GROUPS, *_EVERYTHING])}; commas between"
    )
    parser.add_argument("--engine", action="append", choices=list(DRIVERS), help="may be repeated")
    parser.add_argument(
        "--contender", action="append", choices=NAMES, help="may be repeated; all, if left out"
    )
    parser.add_argument(
        "--rows",
        type=int,
        help=f"rows that are written at once: {MANY:,}, or {FEWER:,} of a quick run",
    )
    given = parser.parse_args(arguments)
    asked = given.only.split(",") if given.only else _EVERYTHING
    only = [name for one in asked for name in _GROUPS.get(one, [one])]
    if unknown := sorted({*only} - {*_EVERYTHING}):
        parser.error(f"--only knows no {', '.join(unknown)}")
    return Choice(
        only=frozenset(only),
        engines=tuple(given.engine or DRIVERS),
        contenders=frozenset(given.contender or ()),
        quick=given.quick,
        rows=given.rows or (FEWER if given.quick else MANY),
    )
