"""load_only() says what of that place is loaded; the chain goes on from the relationship before it."""

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


async def key(session: AsyncSession, job_id: int) -> str:
    result = await session.execute(
        select(Job)
        .where(Job.id == job_id)
        .options(
            joinedload(Job.run, innerjoin=True)
            .load_only(Run.spec, Run.user_id)
            .joinedload(Run.user, innerjoin=True)
            .load_only(User.key)
        )
    )
    job = result.unique().scalar_one()
    return job.run.spec + job.run.user.key
