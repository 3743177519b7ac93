"""The caller's options, the chain after load_only(), and the way back to the parent."""

from collections.abc import Sequence

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, joinedload, mapped_column, relationship, selectinload
from sqlalchemy.orm.interfaces import LoaderOption


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]


class Build(Base):
    __tablename__ = "builds"

    id: Mapped[int] = mapped_column(primary_key=True)
    spec: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    user: Mapped[User] = relationship()
    tasks: Mapped[list["Task"]] = relationship(back_populates="build")
    repos: Mapped[list["Repo"]] = relationship()


class Task(Base):
    __tablename__ = "tasks"

    id: Mapped[int] = mapped_column(primary_key=True)
    build_id: Mapped[int] = mapped_column(ForeignKey("builds.id"))
    build: Mapped[Build] = relationship(back_populates="tasks")


class Repo(Base):
    __tablename__ = "repos"

    id: Mapped[int] = mapped_column(primary_key=True)
    build_id: Mapped[int] = mapped_column(ForeignKey("builds.id"))
    url: Mapped[str]


async def build_of(session: AsyncSession, build_id: int, options: Sequence[LoaderOption] | None = None) -> Build:
    options = options or [selectinload(Build.tasks)]
    return (await session.scalars(select(Build).where(Build.id == build_id).options(*options))).one()


async def urls(session: AsyncSession, build_id: int) -> list[str]:
    build = await build_of(session, build_id, options=[selectinload(Build.repos)])
    return [repo.url for repo in build.repos]


async def key(session: AsyncSession, task_id: int) -> str:
    statement = (
        select(Task)
        .where(Task.id == task_id)
        .options(joinedload(Task.build).load_only(Build.spec, Build.user_id).joinedload(Build.user))
    )
    task = (await session.execute(statement)).scalar_one()
    return task.build.user.key


async def task_urls(session: AsyncSession) -> list[str]:
    builds = await session.scalars(select(Build).options(selectinload(Build.tasks), selectinload(Build.repos)))
    return [repo.url for build in builds for task in build.tasks for repo in task.build.repos]
