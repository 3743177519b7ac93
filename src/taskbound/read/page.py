"""A list page by page: where each page begins is a row's position, not a number of rows to pass over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeAlias, TypeVar

from sqlalchemy import Integer, bindparam

from taskbound.read.run import read, read_rows
from taskbound.statement import cursor, key_names, keyset, mapper_of, ordering
from taskbound.statement.extent import check_page

if TYPE_CHECKING:
    from sqlalchemy import Select

    from taskbound.read.asked import Asked
    from taskbound.read.run import Source
    from taskbound.statement import Target

T = TypeVar("T")
Total: TypeAlias = Literal["none", "exact"] | int

_SIZE, _OFFSET = "taskbound_size", "taskbound_offset"


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a list. Returned by `page()` and `page_at()`."""

    items: list[T]
    next: str | None
    """The cursor of the page that follows; None where this is the last, and on pages by number."""
    previous: str | None
    """The cursor of the page before; None where this is the first, and on pages by number."""
    total: int | None
    """The rows of the whole list; None where they were not counted."""
    total_is_bounded: bool
    """Whether counting ended at `total`, and there are more."""


async def page_by_cursor(
    source: Source,
    asked: Asked[T],
    *,
    size: int,
    after: str | None,
    before: str | None,
    total: Total,
) -> Page[T]:
    """What `ProjectionQuery.page` returns."""
    check_page(size=size, after=after, before=before, total=total)
    ordered = _Ordered(asked, source.target)
    query = ordered.fingerprint()
    mark = after or before
    values = cursor.unseal(mark, query, source.cursor_key) if mark else None
    ready = ordered.page(values, backwards=before is not None, limit=size + 1).ready(source.target)
    rows, items = await read_rows(source, ready)
    more = len(rows) > size
    places = [tuple(row[place] for place in ready.reading.extra) for row in rows[:size]]
    items = items[:size]
    if before is not None:
        places.reverse()
        items.reverse()
    onwards, back = (True, more) if before is not None else (more, after is not None)
    count, bounded = await _total(source, asked, total)

    def sealed(place: int, *, wanted: bool) -> str | None:
        if not wanted or not places:
            return None
        return cursor.seal(places[place], query, source.cursor_key)

    return Page(items, sealed(-1, wanted=onwards), sealed(0, wanted=back), count, bounded)


async def page_by_number(
    source: Source, asked: Asked[T], *, size: int, offset: int, total: Total
) -> Page[T]:
    """What `ProjectionQuery.page_at` returns."""
    check_page(size=size, offset=offset, total=total)
    numbered = _Ordered(asked, source.target).at(offset, size)
    items = await read(source, numbered.ready(source.target))
    count, bounded = await _total(source, asked, total)
    return Page(items, None, None, count, bounded)


async def _total(source: Source, asked: Asked[Any], total: Total) -> tuple[int | None, bool]:
    """The number of rows, and whether there are more than it."""
    if total == "none":
        return None, False
    counted = asked
    if isinstance(total, int):
        counted = asked.derived(
            "total",
            lambda statement: statement.limit(bindparam(_SIZE, type_=Integer)),
            {_SIZE: total + 1},
        )
    rows = await source.fetch(*counted.counted("count", source.target))
    count = int(rows[0][0])
    if isinstance(total, int) and count > total:
        return total, True
    return count, False


class _Ordered(Generic[T]):
    """A question with an order in which no two rows are equal."""

    def __init__(self, asked: Asked[T], target: Target) -> None:
        self._asked = asked
        self._target = target
        self._dialect = target.dialect
        entity, self._plan = asked.planned()
        keys = [getattr(entity, name) for name in key_names(mapper_of(entity))]
        self._ordered = ordering.ordering(asked.statement, keys, target.dialect)

    def fingerprint(self) -> bytes:
        """What tells a cursor of this query from that of another."""
        first = self.page(None, backwards=False, limit=1).ready(self._target)
        return cursor.fingerprint(self._plan.shape.name, first.reading.statement.sql)

    def page(self, values: Sequence[Any] | None, *, backwards: bool, limit: int) -> Asked[T]:
        """The question for the rows after a position, or before it from the last to the first."""
        ordered = ordering.reverse(self._ordered) if backwards else self._ordered
        dialect = self._dialect

        def change(statement: Select[Any]) -> Select[Any]:
            statement = statement.order_by(None).order_by(*ordering.order_by(ordered, dialect))
            if values is not None:
                statement = statement.where(keyset.after(ordered, values, dialect))
            return statement.limit(bindparam(_SIZE, type_=Integer))

        given = dict(_parameters(values)) if values is not None else {}
        absent = "" if values is None else "".join("01"[value is None] for value in values)
        name = f"page {backwards} {values is not None} {absent}"
        extra = keyset.position(ordered, dialect)
        return self._asked.derived(name, change, {**given, _SIZE: limit}, extra)

    def at(self, offset: int, limit: int) -> Asked[T]:
        """The question for the rows behind a number of them."""

        def change(statement: Select[Any]) -> Select[Any]:
            ordered = ordering.order_by(self._ordered, self._dialect)
            statement = statement.order_by(None).order_by(*ordered)
            whole = statement.limit(bindparam(_SIZE, type_=Integer))
            return whole.offset(bindparam(_OFFSET, type_=Integer))

        return self._asked.derived("page_at", change, {_SIZE: limit, _OFFSET: offset})


def _parameters(values: Sequence[Any]) -> Mapping[str, Any]:
    return {
        keyset.parameter(index): value for index, value in enumerate(values) if value is not None
    }
