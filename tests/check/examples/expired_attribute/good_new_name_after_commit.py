"""After the rollback the name is bound again, by a query."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Tag(Base):
    __tablename__ = "tags"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


async def tag_id(sessions: async_sessionmaker[AsyncSession], name: str) -> int:
    async with sessions() as session:
        tag = Tag(name=name)
        session.add(tag)
        try:
            await session.commit()
        except IntegrityError:
            await session.rollback()
            tag = (await session.scalars(select(Tag).where(Tag.name == name))).one()
        return tag.id
