"""Each attribute is told once in a function: one option cures all of its reads."""

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


async def summary(session: AsyncSession, run_id: int) -> tuple[int, int, list[str]]:
    run = (await session.scalars(select(Run).where(Run.id == run_id))).one()
    many = len(run.labels)  # finds TB201
    jobs = len(run.jobs)  # finds TB201
    return many, jobs, [label.name for label in run.labels]
