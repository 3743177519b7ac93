"""Generated keys that go on after rows that brought their own."""

from __future__ import annotations

from sqlalchemy import Select, Table, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from shop.models import Base


async def advance_identities(session: AsyncSession) -> None:
    """Make the database count on from the highest key of each table.

    To be called in the transaction that wrote rows with keys of their own. PostgreSQL's sequences do
    not see such rows and would hand out their keys again; SQLite and MariaDB look at the table.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        if "id" in table.columns:
            await session.execute(_advance(table))


def _advance(table: Table) -> Select[tuple[int]]:
    highest = select(func.max(table.c.id)).scalar_subquery()
    return select(func.setval(func.pg_get_serial_sequence(table.name, "id"), highest))
