"""The limit comes in a later line."""

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, contains_eager, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Pet(Base):
    __tablename__ = "pets"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("owners.id"))


class Owner(Base):
    __tablename__ = "owners"

    id: Mapped[int] = mapped_column(primary_key=True)
    pets: Mapped[list[Pet]] = relationship()


class Owners:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def page(self, number: int, size: int) -> list[Owner]:
        statement = select(Owner).outerjoin(Owner.pets).options(contains_eager(Owner.pets))
        statement = statement.offset(number * size).limit(size)  # finds TB708
        result = await self.session.execute(statement)
        return list(result.unique().scalars().all())
