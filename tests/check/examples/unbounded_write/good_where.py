"""Each write says which rows."""

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Account, Token


async def expire(sessions: async_sessionmaker[AsyncSession], user_id: int, *, before: int | None) -> None:
    statement = delete(Token).where(Token.user_id == user_id)
    if before is not None:
        statement = statement.where(Token.id < before)
    async with sessions.begin() as session:
        await session.execute(statement)
        await session.execute(update(Account).filter_by(id=user_id).values(blocked=True))
        await session.execute(update(Account).filter(Account.id == user_id).values(blocked=True))
