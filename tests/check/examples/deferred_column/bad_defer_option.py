"""The option defers the column, and a helper reads it."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, defer, mapped_column


class Base(DeclarativeBase):
    pass


class Image(Base):
    __tablename__ = "images"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    content: Mapped[bytes]


async def sizes(session: AsyncSession) -> dict[str, int]:
    statement = select(Image).options(defer(Image.content)).order_by(Image.id)
    result: dict[str, int] = {}
    for image in await session.scalars(statement):
        result[image.name] = len(image.content)  # finds TB203
    return result
