"""`make sqlalchemy-suite`: SQLAlchemy's asyncio tests, with its own session and with taskbound's."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version

from sqlalchemy import URL, create_engine, make_url, text

from tests.compatibility.comparison import Comparison, differing
from tests.compatibility.expected import ANY_SUBCLASS, DEFAULTS, MISUSE
from tests.compatibility.run import TESTS, outcomes
from tests.compatibility.sessions import AS_DEFAULT, OURS, PLAIN, SUBCLASS
from tests.servers.databases import administered
from tests.servers.mariadb import mariadb
from tests.servers.postgresql import postgresql

ENGINES = {
    "aiosqlite": "sqlite+aiosqlite:///:memory:",
    "asyncpg": "postgresql+asyncpg",
    "psycopg": "postgresql+psycopg_async",
    "aiomysql": "mysql+aiomysql",
    "asyncmy": "mysql+asyncmy",
}
SERVERS = {"postgresql": postgresql, "mysql": mariadb}


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
        plain, ours = (outcomes(name, url, tests) for name in (PLAIN, OURS))
        again = differing(plain, ours)
        subclass, as_default = (
            outcomes(name, url, tests, again) if again else {} for name in (SUBCLASS, AS_DEFAULT)
        )
    compared = Comparison(
        engine,
        version("sqlalchemy"),
        plain=plain,
        subclass=subclass,
        ours=ours,
        as_default=as_default,
        any_subclass=ANY_SUBCLASS,
        defaults=DEFAULTS,
        misuse=MISUSE,
    )
    print(compared, flush=True)
    return compared


@contextmanager
def _database(engine: str) -> Iterator[URL]:
    """A database of its own, with the second schema that SQLAlchemy's tests want."""
    named = ENGINES[engine]
    family = named.partition("+")[0]
    if family == "sqlite":
        yield make_url(named)
        return
    with SERVERS[family]() as server, administered(server) as databases, databases.fresh() as url:
        plain = create_engine(url)
        with plain.begin() as connection:
            connection.execute(text("CREATE SCHEMA test_schema"))
        plain.dispose()
        yield url.set(drivername=named)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
