"""Values are bound."""

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession


async def users(session: AsyncSession, name: str, ids: list[int]) -> list[int]:
    first = await session.execute(text("SELECT id FROM users WHERE name = :name"), {"name": name})
    second = await session.execute(text("SELECT id FROM users WHERE name = :name").bindparams(name=f"%{name}%"))
    in_ids = text("SELECT id FROM users WHERE id IN :ids").bindparams(bindparam("ids", expanding=True))
    third = await session.execute(in_ids, {"ids": ids})
    return [*first.scalars(), *second.scalars(), *third.scalars()]
