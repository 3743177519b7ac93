"""`make sqlalchemy-suite`: SQLAlchemy's asyncio tests, with its own session and with `TaskSession`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version

from sqlalchemy import URL, create_engine, make_url, text

from tests.compatibility.comparison import Comparison
from tests.compatibility.expected import REASONS
from tests.compatibility.run import TESTS, outcomes
from tests.servers.databases import administered
from tests.servers.postgresql import postgresql

ENGINES = {
    "aiosqlite": "sqlite+aiosqlite:///:memory:",
    "asyncpg": "postgresql+asyncpg",
    "psycopg": "postgresql+psycopg_async",
}


def main(arguments: Sequence[str]) -> int:
    """Compare on each engine; 1 where anything fails with `TaskSession` alone, and is not expected to."""
    chosen = _parser().parse_args(arguments)
    compared = [_compare(engine, chosen.tests or TESTS) for engine in chosen.engine or ENGINES]
    return 0 if all(one.is_good for one in compared) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make sqlalchemy-suite")
    parser.add_argument("--engine", action="append", choices=list(ENGINES))
    parser.add_argument("tests", nargs="*", help="files or tests of SQLAlchemy's, from its folder")
    return parser


def _compare(engine: str, tests: Sequence[str]) -> Comparison:
    with _database(engine) as url:
        plain = outcomes("AsyncSession", url, tests)
        ours = outcomes("TaskSession", url, tests)
    compared = Comparison(engine, version("sqlalchemy"), plain, ours, REASONS)
    print(compared, flush=True)
    return compared


@contextmanager
def _database(engine: str) -> Iterator[URL]:
    """A database of its own, with the second schema that SQLAlchemy's tests want."""
    named = ENGINES[engine]
    if named.startswith("sqlite"):
        yield make_url(named)
        return
    with postgresql() as server, administered(server) as databases, databases.fresh() as url:
        plain = create_engine(url)
        with plain.begin() as connection:
            connection.execute(text("CREATE SCHEMA test_schema"))
        plain.dispose()
        yield url.set(drivername=named)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
