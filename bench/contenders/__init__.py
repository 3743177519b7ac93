"""The contenders: who there is, and on which drivers. Each is imported when it is first wanted."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from bench.contenders.contender import Contender

# What is never missing: an import of these that fails is a mistake.
_OWN = {"bench", "taskbound"}

_SQLALCHEMY = frozenset({"asyncpg", "psycopg", "aiosqlite", "aiomysql"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A contender by name, and where it is."""

    name: str
    module: str
    class_: str
    drivers: frozenset[str]

    def imported(self) -> type[Contender] | None:
        """Its class, or None where its library is not installed."""
        try:
            module = import_module(f"bench.contenders.{self.module}")
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] in _OWN:
                raise
            return None
        found: type[Contender] = getattr(module, self.class_)
        return found


ENTRIES = (
    Entry("orm", "orm", "Orm", _SQLALCHEMY),
    Entry("advanced-alchemy", "advanced_alchemy", "AdvancedAlchemy", _SQLALCHEMY - {"psycopg"}),
    Entry("sqlmodel", "sqlmodel", "SqlModel", _SQLALCHEMY - {"psycopg"}),
    Entry("tortoise", "tortoise", "Tortoise", _SQLALCHEMY - {"psycopg"}),
    Entry("piccolo", "piccolo", "Piccolo", frozenset({"asyncpg", "aiosqlite"})),
    *(
        Entry("driver", f"driver_{driver}", "OneStatement", frozenset({driver}))
        for driver in sorted(_SQLALCHEMY)
    ),
    *(
        Entry("driver-two", f"driver_{driver}", "TwoStatements", frozenset({driver}))
        for driver in ("asyncpg", "psycopg", "aiomysql")
    ),
    Entry("taskbound-pydantic", "taskbound", "InPydantic", _SQLALCHEMY),
    Entry("taskbound-msgspec", "taskbound", "InMsgspec", _SQLALCHEMY),
    Entry("taskbound-dataclass", "taskbound", "InDataclasses", _SQLALCHEMY),
)

NAMES = tuple(dict.fromkeys(entry.name for entry in ENTRIES))


def installed(driver: str) -> dict[str, type[Contender]]:
    """The contenders that read by `driver` and whose library is here, by name."""
    wanted = [entry for entry in ENTRIES if driver in entry.drivers]
    found = {entry.name: entry.imported() for entry in wanted}
    return {name: class_ for name, class_ in found.items() if class_ is not None}
