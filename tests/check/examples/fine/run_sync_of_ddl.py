"""anyio.to_thread.run_sync, DDL and inspection through run_sync, and code that is commented out."""

import anyio.to_thread
from sqlalchemy import Connection, MetaData, inspect, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from .hashing import hash_password
from .models import Base, User


def columns(connection: Connection) -> list[str]:
    return [column["name"] for column in inspect(connection).get_columns("users")]


async def prepare(engine: AsyncEngine) -> list[str]:
    metadata = MetaData()
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
        await connection.run_sync(metadata.reflect)
        return await connection.run_sync(columns)


async def set_password(sessions: async_sessionmaker[AsyncSession], user_id: int, password: str) -> None:
    hashed = await anyio.to_thread.run_sync(hash_password, password)
    async with sessions() as session:
        user = (await session.scalars(select(User).where(User.id == user_id))).one()
        user.password = hashed
        # await asyncio.gather(session.execute(first), session.execute(second))
        # requests.post("https://audit.example.com", json={"user": user_id})
        # session.commit()
        await session.commit()
