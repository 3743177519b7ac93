"""An entity's method that is given the session is library code too."""

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Image(Base):
    __tablename__ = "images"

    id: Mapped[int] = mapped_column(primary_key=True)
    deleted: Mapped[bool]

    async def mark_as_deleted(self, db_session: AsyncSession) -> None:
        self.deleted = True
        await db_session.commit()  # finds TB717
