"""The write is two calls below the block, and nobody commits."""

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Token


class TokenRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def revoke(self, user_id: int) -> None:
        await self.session.execute(delete(Token).where(Token.user_id == user_id))


async def log_out(sessions: async_sessionmaker[AsyncSession], user_id: int) -> None:
    async with sessions() as session:
        tokens = TokenRepository(session)
        await tokens.revoke(user_id)  # finds TB301
