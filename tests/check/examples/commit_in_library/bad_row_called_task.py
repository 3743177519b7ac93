"""create_task() makes a row here: its name does not say that it commits."""

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Task(Base):
    __tablename__ = "tasks"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]


async def create_task(session: AsyncSession, title: str) -> Task:
    task = Task(title=title)
    session.add(task)
    await session.commit()  # finds TB717
    return task
