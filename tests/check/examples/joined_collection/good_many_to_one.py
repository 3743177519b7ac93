"""A joined many-to-one repeats nothing."""

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, joinedload, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "authors"

    id: Mapped[int] = mapped_column(primary_key=True)
    profile: Mapped["Profile"] = relationship(back_populates="author", uselist=False)


class Profile(Base):
    __tablename__ = "profiles"

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))
    author: Mapped[Author] = relationship(back_populates="profile")


async def profiles(session: AsyncSession) -> list[Profile]:
    return list((await session.scalars(select(Profile).options(joinedload(Profile.author)))).all())


async def authors(session: AsyncSession) -> list[Author]:
    return list((await session.scalars(select(Author).options(joinedload(Author.profile)))).all())
