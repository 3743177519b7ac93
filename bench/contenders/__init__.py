"""The contenders: who there is, and on which drivers. Each is imported when it is first wanted."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any, Generic, TypeVar

from bench.contenders.contender import Contender

# What is never missing: an import of these that fails is a mistake.
_OWN = {"bench", "taskbound"}

_SQLALCHEMY = frozenset({"asyncpg", "psycopg", "aiosqlite", "aiomysql"})
# A driver for each database.
_ONE_EACH = _SQLALCHEMY - {"psycopg"}

T = TypeVar("T")


@dataclass(frozen=True)
class Entry(Generic[T]):
    """A contender by name, and where it is."""

    name: str
    module: str
    class_: str
    drivers: frozenset[str]

    def imported(self) -> type[T] | None:
        """Its class, or None where its library is not installed."""
        try:
            module = import_module(f"bench.{self.module}")
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] in _OWN:
                raise
            return None
        found: Any = getattr(module, self.class_)
        return found  # type: ignore[no-any-return]  # what the entry says


ENTRIES: tuple[Entry[Contender], ...] = (
    Entry("orm", "contenders.orm", "Orm", _SQLALCHEMY),
    Entry("advanced-alchemy", "contenders.advanced_alchemy", "AdvancedAlchemy", _ONE_EACH),
    Entry("sqlmodel", "contenders.sqlmodel", "SqlModel", _ONE_EACH),
    Entry("tortoise", "contenders.tortoise", "Tortoise", _ONE_EACH),
    Entry("piccolo", "contenders.piccolo", "Piccolo", frozenset({"asyncpg", "aiosqlite"})),
    *(
        Entry("driver", f"contenders.driver_{driver}", "OneStatement", frozenset({driver}))
        for driver in sorted(_SQLALCHEMY)
    ),
    *(
        Entry("driver-two", f"contenders.driver_{driver}", "TwoStatements", frozenset({driver}))
        for driver in ("asyncpg", "psycopg", "aiomysql")
    ),
    Entry("taskbound-pydantic", "contenders.taskbound", "InPydantic", _SQLALCHEMY),
    Entry("taskbound-msgspec", "contenders.taskbound", "InMsgspec", _SQLALCHEMY),
    Entry("taskbound-dataclass", "contenders.taskbound", "InDataclasses", _SQLALCHEMY),
)


def installed(driver: str) -> dict[str, type[Contender]]:
    """The contenders that read by `driver` and whose library is here, by name."""
    wanted = [entry for entry in ENTRIES if driver in entry.drivers]
    found = {entry.name: entry.imported() for entry in wanted}
    return {name: class_ for name, class_ in found.items() if class_ is not None}
