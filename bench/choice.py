"""What is to be measured, and how long."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

from bench.contenders import NAMES
from bench.reads import OTHERS, QUESTIONS
from bench.rounds import Pace
from bench.servers import DRIVERS


@dataclass(frozen=True, slots=True)
class Choice:
    """What the command was asked for."""

    only: frozenset[str]
    engines: tuple[str, ...]
    contenders: frozenset[str]
    """Empty means all."""
    quick: bool

    @property
    def pace(self) -> Pace:
        """How long reads are measured."""
        return Pace(rounds=5, seconds=0.02) if self.quick else Pace(rounds=15, seconds=0.06)

    @property
    def measurements(self) -> int:
        """Rows that are streamed."""
        if "stream" not in self.only:
            return 1_000
        return 100_000 if self.quick else 1_000_000

    @property
    def whole(self) -> bool:
        """Whether nothing was left out, so that the results can stand in the documentation."""
        everything = {*QUESTIONS, *OTHERS}
        return (
            not self.quick
            and not self.contenders
            and self.only == everything
            and (set(self.engines) == set(DRIVERS))
        )


def choice(arguments: Sequence[str] | None = None) -> Choice:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="short turns: rough figures")
    parser.add_argument(
        "--only", help=f"some of {', '.join([*QUESTIONS, *OTHERS])}; commas between"
    )
    parser.add_argument("--engine", action="append", choices=list(DRIVERS), help="may be repeated")
    parser.add_argument(
        "--contender", action="append", choices=NAMES, help="may be repeated; all, if left out"
    )
    given = parser.parse_args(arguments)
    everything = [*QUESTIONS, *OTHERS]
    only = given.only.split(",") if given.only else everything
    if unknown := sorted({*only} - {*everything}):
        parser.error(f"--only knows no {', '.join(unknown)}")
    return Choice(
        only=frozenset(only),
        engines=tuple(given.engine or DRIVERS),
        contenders=frozenset(given.contender or ()),
        quick=given.quick,
    )
