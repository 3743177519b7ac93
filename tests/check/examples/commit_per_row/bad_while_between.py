"""The `while` between the loop and its commit repeats a row; it is still one commit for each of them."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Coupon(Base):
    __tablename__ = "coupons"

    id: Mapped[int] = mapped_column(primary_key=True)
    uses: Mapped[int]


async def use_up(sessions: async_sessionmaker[AsyncSession]) -> None:
    async with sessions() as session:
        for coupon in (await session.scalars(select(Coupon))).all():
            while coupon.uses > 0:
                coupon.uses -= 1
                await session.commit()  # finds TB712
