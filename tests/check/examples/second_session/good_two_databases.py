"""Two sessions of two engines do not wait for one pool."""

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from .models import Audit, Order

shop = create_async_engine("postgresql+asyncpg://app@localhost/shop")
archive = create_async_engine("postgresql+asyncpg://app@localhost/archive")
shop_sessions = async_sessionmaker(shop, expire_on_commit=False)
archive_sessions = async_sessionmaker(archive, expire_on_commit=False)


async def copy(order_id: int) -> None:
    async with shop_sessions() as session:
        amount = (await session.execute(select(Order.amount).where(Order.id == order_id))).scalar_one()
        async with archive_sessions.begin() as other:
            await other.execute(insert(Audit).values(text=f"order of {amount}"))


async def close() -> None:
    await shop.dispose()
    await archive.dispose()
