"""The value was taken before the rollback."""

import logging

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

log = logging.getLogger(__name__)


class Base(DeclarativeBase):
    pass


class Account(Base):
    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)


async def change_email(sessions: async_sessionmaker[AsyncSession], account_id: int, email: str) -> bool:
    async with sessions() as session:
        account = await session.get_one(Account, account_id)
        before = account.email
        account.email = email
        try:
            await session.commit()
        except IntegrityError:
            await session.rollback()
            log.warning("account %s keeps %s", account_id, before)
            return False
        return True
