"""Names as awkward as a database and Python allow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, count

from tests.truth.tape import Tape

_KEYWORDS = (
    "order", "group", "select", "user", "table", "from", "where", "limit", "values", "check",
    "column", "primary", "desc", "case", "end", "key", "left", "join", "union", "default",
    "references", "grant", "Order", "by", "in", "is", "not", "null", "on", "or", "as", "all",
)  # fmt: skip
# `%s` and `?` are none: SQLAlchemy itself takes them for parameters.
_ODD = (
    "Mixed Case {}", "per%cent {}", "größe_{}", "co:lon_{}", 'quo"te_{}', "plain_{}", "da-sh_{}",
    "paren({})", "apo'strophe {}",
)  # fmt: skip
_COLUMNS = (
    "select", "Total %", "from", "the order", 'quo"te', "größe", "x", "ORDER", "a:b", "id_1",
    "value", "key", "row", "data", "json", "name", "c'1", "{a}",
)  # fmt: skip
# Field names of DTOs too, so no keyword of Python and no attribute of a DTO's base.
ATTRIBUTES = (
    "name", "order", "total", "select", "row", "list", "größe", "type", "cls", "len", "value",
    "plan", "args", "kwargs", "None_", "str", "values", "group", "key", "make", "id_", "a", "b",
    "where", "result", "int", "data", "object", "tuple", "zip", "session", "x",
)  # fmt: skip
RELATIONS = (
    "parent", "children", "lines", "owner", "items", "labels", "peer", "user", "customer", "rows",
    "table", "entity", "links", "others", "next", "map", "column", "inner", "outer", "limit",
)  # fmt: skip


def table_names() -> Iterator[str]:
    """Names of tables, keywords first, none of them twice even where case does not count."""
    seen: set[str] = set()
    odd = (_ODD[number % len(_ODD)].format(number) for number in count())
    for name in chain(_KEYWORDS, odd):
        if name.lower() not in seen:
            seen.add(name.lower())
            yield name


class Names:
    """Names that are given once each."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape
        self._taken: set[str] = set()
        self._columns: set[str] = set()

    def attribute(self, pool: Sequence[str]) -> str:
        """A name for an attribute."""
        return self._new(self._tape.one_of(pool), self._taken)

    def column(self, attribute: str) -> str:
        """A name for the column of an attribute, often the same."""
        wanted = self._tape.one_of(_COLUMNS) if self._tape.chance(40) else attribute
        return self._new(wanted, self._columns)

    @staticmethod
    def _new(wanted: str, taken: set[str]) -> str:
        names = chain([wanted], (f"{wanted}{number}" for number in count(2)))
        name = next(name for name in names if name.lower() not in taken)
        taken.add(name.lower())
        return name
