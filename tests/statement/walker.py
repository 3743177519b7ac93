"""Pages read by hand with plain SQLAlchemy, from one cursor to the next."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Select, inspect
from sqlalchemy.ext.asyncio import AsyncConnection

from taskbound.statement.cursor import fingerprint, seal, unseal
from taskbound.statement.keyset import after, position
from taskbound.statement.ordering import Ordered, order_by, ordering, reverse

KEY = b"the tests' own"
# Pages of a walk: more than any test has rows.
_MOST = 50


@dataclass(frozen=True)
class Page:
    ids: list[Any]
    next: str | None
    previous: str | None


@dataclass(frozen=True)
class Walker:
    """A statement that selects the entity `entity`, read page by page."""

    connection: AsyncConnection
    statement: Select[Any]
    entity: type[Any]
    size: int

    async def forward(self) -> list[Page]:
        """Every page from the first to the last."""
        return [page async for page in self._follow("next", await self.page())]

    async def backward(self) -> list[Page]:
        """Every page from the last to the first."""
        last = (await self.forward())[-1]
        return [page async for page in self._follow("previous", last)]

    async def page(self, *, after: str | None = None, before: str | None = None) -> Page:
        """The page after or before a cursor, or the first one."""
        cursor = after or before
        values = unseal(cursor, self._fingerprint, KEY) if cursor else None
        rows = await self._rows(reverse(self.ordered) if before else self.ordered, values)
        more, shown = len(rows) > self.size, rows[: self.size]
        if before:
            shown.reverse()
        follows, precedes = (cursor is not None, more) if before else (more, cursor is not None)
        return Page(
            [row[: self._keys] for row in shown],
            self._seal(shown[-1]) if shown and follows else None,
            self._seal(shown[0]) if shown and precedes else None,
        )

    async def whole(self) -> list[Any]:
        """Every row in one page."""
        return [row[: self._keys] for row in await self._rows(self.ordered, None, limited=False)]

    @cached_property
    def ordered(self) -> tuple[Ordered, ...]:
        """What the rows are ordered by."""
        return ordering(self.statement, self._key, self.connection.dialect)

    async def _rows(
        self, ordered: Sequence[Ordered], values: Sequence[Any] | None, *, limited: bool = True
    ) -> list[tuple[Any, ...]]:
        dialect = self.connection.dialect
        statement = self.statement.with_only_columns(*self._key, *position(ordered, dialect))
        statement = statement.order_by(None).order_by(*order_by(ordered, dialect))
        if values is not None:
            statement = statement.where(after(ordered, values, dialect))
        if limited:
            statement = statement.limit(self.size + 1)
        return [tuple(row) for row in await self.connection.execute(statement)]

    async def _follow(self, way: str, page: Page) -> AsyncIterator[Page]:
        yield page
        for _ in range(_MOST):
            if (cursor := getattr(page, way)) is None:
                return
            page = await self.page(**{"after" if way == "next" else "before": cursor})
            yield page
        raise AssertionError(f"there is always a {way} page")

    def _seal(self, row: tuple[Any, ...]) -> str:
        return seal(row[self._keys :], self._fingerprint, KEY)

    @cached_property
    def _key(self) -> list[Any]:
        mapper = inspect(self.entity)
        return [
            getattr(self.entity, mapper.get_property_by_column(c).key) for c in mapper.primary_key
        ]

    @property
    def _keys(self) -> int:
        return len(self._key)

    @cached_property
    def _fingerprint(self) -> bytes:
        return fingerprint(self.entity.__name__, str(self.statement))
