"""Writes to a many-to-one, and to collections of new objects, load nothing."""

from sqlalchemy import ForeignKey
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Owner(Base):
    __tablename__ = "owners"

    id: Mapped[int] = mapped_column(primary_key=True)
    pets: Mapped[list["Pet"]] = relationship(back_populates="owner")


class Pet(Base):
    __tablename__ = "pets"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    owner_id: Mapped[int] = mapped_column(ForeignKey("owners.id"))
    owner: Mapped[Owner] = relationship(back_populates="pets")


async def adopt(sessions: async_sessionmaker[AsyncSession], owner_id: int, pet_id: int) -> None:
    async with sessions.begin() as session:
        owner = await session.get_one(Owner, owner_id)
        pet = await session.get_one(Pet, pet_id)
        pet.owner = owner
        session.add(Pet(name="Second", owner=owner))


async def settle(sessions: async_sessionmaker[AsyncSession]) -> None:
    async with sessions.begin() as session:
        owner = Owner()
        owner.pets.append(Pet(name="Rex"))
        session.add(owner)
