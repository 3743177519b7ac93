"""joinedload of a many-to-one, and first(), scalar() and get() on a joined collection, need no unique()."""

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, joinedload, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Owner(Base):
    __tablename__ = "owners"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    pets: Mapped[list["Pet"]] = relationship(back_populates="owner")


class Pet(Base):
    __tablename__ = "pets"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("owners.id"))
    owner: Mapped[Owner] = relationship(back_populates="pets")


WITH_PETS = joinedload(Owner.pets)


async def pets(session: AsyncSession) -> list[tuple[int, str]]:
    found = (await session.scalars(select(Pet).options(joinedload(Pet.owner)))).all()
    return [(pet.id, pet.owner.name) for pet in found]


async def first(session: AsyncSession, name: str) -> int:
    owner = (await session.execute(select(Owner).where(Owner.name == name).options(WITH_PETS))).scalars().first()
    other = await session.scalar(select(Owner).where(Owner.name == name).options(WITH_PETS))
    third = await session.get(Owner, 3, options=[WITH_PETS])
    return sum(len(each.pets) for each in (owner, other, third) if each is not None)
