"""Each turn asks another table, which the settings say: no statement asks for all of them at once."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Table, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession


@dataclass
class JoinConfig:
    model: Any
    column: Any
    limit: int


async def fill(session: AsyncSession, made: list[tuple[Table, list[dict[str, Any]]]]) -> None:
    for table, rows in made:
        await session.execute(insert(table), rows)


async def counts(session: AsyncSession, models: list[type]) -> dict[str, int | None]:
    found = {}
    for model in models:
        statement = select(sa.func.count(model.id)).select_from(model)
        found[model.__name__] = await session.scalar(statement)
    return found


async def empty(session: AsyncSession, tables: list[str]) -> None:
    for table in tables:
        await session.execute(text(f'DELETE FROM "{table}"'))


async def hydrate(session: AsyncSession, models: list[Any], ids: list[int]) -> list[Any]:
    sources = {}
    for model in models:
        sources[model.__name__] = (model, select(model, model.title))
    found: list[Any] = []
    for source, (model, statement) in sources.items():
        rows = await session.execute(statement.where(model.id.in_(ids)))
        found.extend((source, row) for row in rows.all())
    return found


async def link(session: AsyncSession, record: object, fields: list[Any], registry: Any) -> None:
    chosen: dict[str, list[int]] = {}
    for field in fields:
        chosen[field.name] = field.ids
    for name, ids in chosen.items():
        config = next(one for one in registry.all() if one.name == name)
        related = await session.execute(select(config.model).where(config.model.id.in_(ids)))
        setattr(record, name, related.scalars().all())


async def _children(session: AsyncSession, column: Any, parents: list[int], limit: int) -> list[Any]:
    statement = select(column.label("parent")).where(column.in_(parents)).limit(limit).subquery()
    return list((await session.execute(select(statement))).all())


async def children(session: AsyncSession, configs: list[JoinConfig], parents: list[int]) -> list[Any]:
    found: list[Any] = []
    for config in configs:
        column = config.column
        found += await _children(session, column, parents, limit=config.limit)
    return found


class Graphs:
    def __init__(self, registry: dict[str, object]) -> None:
        self._graph_registry = registry

    async def register(self, session: AsyncSession) -> None:
        for graph in self._graph_registry:
            await session.execute(text("UPDATE graphs SET seen = now() WHERE name = :name"), {"name": graph})


async def close(session: AsyncSession, models: list[Any]) -> None:
    for model in models:
        await session.execute(update(model).where(model.open.is_(True)).values(open=False))
