"""In the other branch of isinstance() the session is the synchronous one."""

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session


async def close(session: AsyncSession | Session) -> None:
    if isinstance(session, AsyncSession):
        await session.close()
    else:
        session.close()
