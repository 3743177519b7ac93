"""What `make chaos ARGS="..."` may ask for."""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from dataclasses import dataclass

# Each async driver by the name that `--engine` has for it.
ENGINES = {
    "aiosqlite": "sqlite+aiosqlite",
    "asyncpg": "postgresql+asyncpg",
    "psycopg": "postgresql+psycopg",
    "aiomysql": "mysql+aiomysql",
    "asyncmy": "mysql+asyncmy",
}

# In the order in which they run.
PARTS = ("controls", "bank", "storm", "deadlines", "kills", "branches", "disk", "soak")


@dataclass(frozen=True, slots=True)
class Choice:
    """How much of what is run."""

    engines: list[str]
    parts: list[str]
    operations: int
    """Orders of a bank, at least."""
    cancellations: int
    kills: int
    restarts: int
    cuts: int
    """Of each way in which a connection breaks."""
    soak: float
    """Seconds of mixed work on each engine."""
    seed: int


def choice(arguments: Sequence[str] | None = None) -> Choice:
    """The choice of the command line. Ends the program where it makes no sense."""
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--engine", action="append", choices=ENGINES, help="this driver only")
    parser.add_argument("--only", help=f"parts, with commas between them: {','.join(PARTS)}")
    parser.add_argument("--operations", type=int, default=300, help="orders of a bank, at least")
    parser.add_argument("--cancellations", type=int, default=150, help="in a bank, and in a storm")
    parser.add_argument("--kills", type=int, default=10, help="backends killed under a bank")
    parser.add_argument("--restarts", type=int, default=2, help="servers killed under a bank")
    parser.add_argument("--cuts", type=int, default=3, help="of each kind of broken connection")
    parser.add_argument("--soak", type=float, default=10, help="seconds of mixed work")
    parser.add_argument("--seed", type=int, help="of all that is random; printed")
    asked = parser.parse_args(arguments)
    parts = asked.only.split(",") if asked.only else list(PARTS)
    if unknown := set(parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}: there are {', '.join(PARTS)}")
    return Choice(
        engines=asked.engine or list(ENGINES),
        parts=parts,
        operations=asked.operations,
        cancellations=asked.cancellations,
        kills=asked.kills,
        restarts=asked.restarts,
        cuts=asked.cuts,
        soak=asked.soak,
        seed=random.SystemRandom().getrandbits(32) if asked.seed is None else asked.seed,
    )
