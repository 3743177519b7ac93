"""The WHERE was built and not used."""

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Account(Base):
    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    blocked: Mapped[bool]


class Accounts:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def block(self, account_id: int) -> None:
        statement = update(Account).values(blocked=True)
        statement.where(Account.id == account_id)
        await self.session.execute(statement)  # finds TB602
