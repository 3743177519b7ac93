"""The WHERE comes in a later line, or in a helper that is given the statement."""

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.sql.dml import Delete

from .models import Token


def of_user(statement: Delete, user_id: int) -> Delete:
    return statement.where(Token.user_id == user_id)


async def expire(sessions: async_sessionmaker[AsyncSession], user_id: int) -> None:
    statement = delete(Token)
    statement = of_user(statement, user_id)
    async with sessions.begin() as session:
        await session.execute(statement)


async def expire_where(sessions: async_sessionmaker[AsyncSession], *conditions: object) -> None:
    statement = delete(Token)
    for condition in conditions:
        statement = statement.where(condition)
    async with sessions.begin() as session:
        await session.execute(statement)
