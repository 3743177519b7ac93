"""job.run is the run that the jobs came from: it has the labels that it was read with."""

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, joinedload, load_only, mapped_column, relationship, selectinload
from sqlalchemy.sql.base import ExecutableOption


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]


class Run(Base):
    __tablename__ = "runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    spec: Mapped[str]
    user: Mapped[User] = relationship()
    jobs: Mapped[list["Job"]] = relationship(back_populates="run")
    labels: Mapped[list["Label"]] = relationship()


class Job(Base):
    __tablename__ = "jobs"

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"))
    run: Mapped[Run] = relationship(back_populates="jobs")


class Label(Base):
    __tablename__ = "labels"

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"))
    name: Mapped[str]


async def labels(session: AsyncSession, run_id: int) -> list[str]:
    statement = select(Run).where(Run.id == run_id).options(selectinload(Run.jobs), selectinload(Run.labels))
    run = (await session.scalars(statement)).one()
    found: list[str] = []
    for job in run.jobs:
        found.extend(label.name for label in job.run.labels)
    return found


async def labels_by_get(session: AsyncSession, run_id: int) -> list[str]:
    run = await session.get_one(Run, run_id, options=[selectinload(Run.jobs), selectinload(Run.labels)])
    return [label.name for job in run.jobs for label in job.run.labels]
