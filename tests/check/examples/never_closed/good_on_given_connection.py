"""A session on a connection that another opened and closes: the connection is not the session's to give back."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from .models import Keypair


async def main_key(connection: AsyncConnection, email: str) -> Keypair | None:
    session = AsyncSession(connection, expire_on_commit=False)
    return (await session.scalars(select(Keypair).where(Keypair.email == email))).first()


async def keys(engine: AsyncEngine) -> list[Keypair]:
    async with engine.connect() as connection:
        session = AsyncSession(bind=connection, expire_on_commit=False)
        return list(await session.scalars(select(Keypair)))
