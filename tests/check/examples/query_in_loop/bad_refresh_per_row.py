"""refresh() of each row is a SELECT of each row."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Coupon(Base):
    __tablename__ = "coupons"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    used: Mapped[bool]


async def release(sessions: async_sessionmaker[AsyncSession]) -> list[str]:
    async with sessions() as session:
        coupons = (await session.scalars(select(Coupon).where(Coupon.used.is_(True)))).all()
        for coupon in coupons:
            coupon.used = False
        await session.commit()
        for coupon in coupons:
            await session.refresh(coupon)  # finds TB205
        return [coupon.code for coupon in coupons]
