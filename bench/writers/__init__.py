"""The contenders that write: who there is, and on which drivers. Each is imported when it is first wanted."""

from __future__ import annotations

from bench.contenders import Entry
from bench.writers.writer import Writer

_SQLALCHEMY = frozenset({"asyncpg", "psycopg", "aiosqlite", "aiomysql", "asyncmy"})
# A driver for each database.
_ONE_EACH = frozenset({"asyncpg", "aiosqlite", "aiomysql"})

ENTRIES: tuple[Entry[Writer], ...] = (
    Entry("orm", "writers.orm", "Orm", _SQLALCHEMY),
    Entry("advanced-alchemy", "writers.advanced_alchemy", "AdvancedAlchemy", _ONE_EACH),
    Entry("tortoise", "writers.tortoise", "Tortoise", _ONE_EACH),
    Entry("piccolo", "writers.piccolo", "Piccolo", frozenset({"asyncpg", "aiosqlite"})),
    *(
        Entry("driver", f"writers.driver_{driver}", "ByHand", frozenset({driver}))
        for driver in sorted(_SQLALCHEMY)
    ),
    Entry("taskbound-pydantic", "writers.taskbound", "InPydantic", _SQLALCHEMY),
    Entry("taskbound-msgspec", "writers.taskbound", "InMsgspec", _SQLALCHEMY),
    Entry("taskbound-dataclass", "writers.taskbound", "InDataclasses", _SQLALCHEMY),
)


def writers(driver: str) -> dict[str, type[Writer]]:
    """Those that write by `driver` and whose library is here, by name."""
    wanted = [entry for entry in ENTRIES if driver in entry.drivers]
    found = {entry.name: entry.imported() for entry in wanted}
    return {name: class_ for name, class_ in found.items() if class_ is not None}
