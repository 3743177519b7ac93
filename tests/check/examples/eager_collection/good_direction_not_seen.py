"""Without annotation, and with a key that only the database or primaryjoin knows: no collection is proven."""

from sqlalchemy import ForeignKeyConstraint, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, joinedload, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Dag(Base):
    __tablename__ = "dags"

    id: Mapped[int] = mapped_column(primary_key=True)


class Run(Base):
    __tablename__ = "runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]


class Backfill(Base):
    __tablename__ = "backfills"
    __table_args__ = (ForeignKeyConstraint(["run_id"], ["runs.id"]),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dag_id: Mapped[int]
    run_id: Mapped[int]
    dag = relationship("Dag", primaryjoin="Dag.id == Backfill.dag_id", foreign_keys=[dag_id], lazy="joined")
    run = relationship("Run", lazy="joined")


async def backfill(session: AsyncSession, number: int) -> Backfill | None:
    statement = select(Backfill).where(Backfill.id == number).options(joinedload(Backfill.dag))
    return (await session.scalars(statement)).one_or_none()
