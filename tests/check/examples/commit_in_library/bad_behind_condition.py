"""A condition of what was found is no flag: the caller is not asked."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Role(Base):
    __tablename__ = "roles"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


async def ensure_roles(session: AsyncSession, names: list[str]) -> None:
    known = set((await session.scalars(select(Role.name))).all())
    missing = [Role(name=name) for name in names if name not in known]
    if missing:
        session.add_all(missing)
        await session.commit()  # finds TB717
