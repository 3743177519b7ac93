"""What is loaded comes as an argument; the default is taken where none is given."""

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


async def by_spec(session: AsyncSession, spec: str, options: list[ExecutableOption] | None = None) -> Run | None:
    options = options or [selectinload(Run.jobs)]
    return (await session.scalars(select(Run).where(Run.spec == spec).options(*options))).one_or_none()


async def by_id(session: AsyncSession, run_id: int, options: list[ExecutableOption] | None = None) -> Run:
    if options is None:
        options = [joinedload(Run.user)]
    return (await session.scalars(select(Run).where(Run.id == run_id).options(*options))).one()


async def names(session: AsyncSession, spec: str) -> list[str]:
    run = await by_spec(session, spec, options=[selectinload(Run.labels)])
    return [label.name for label in run.labels] if run is not None else []


async def names_by_id(session: AsyncSession, run_id: int) -> list[str]:
    run = await by_id(session, run_id, [selectinload(Run.labels), load_only(Run.spec)])
    return [label.name for label in run.labels]
