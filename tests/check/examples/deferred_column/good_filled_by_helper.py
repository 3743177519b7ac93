"""A helper gets the objects and the session, and fills what the query left out."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, defer, mapped_column
from sqlalchemy.orm.attributes import set_committed_value


class Base(DeclarativeBase):
    pass


class Execution(Base):
    __tablename__ = "executions"

    id: Mapped[int] = mapped_column(primary_key=True)
    result: Mapped[str]


async def fill(db: AsyncSession, executions: Iterable[Execution]) -> None:
    known = {one.id: one for one in executions}
    found = await db.execute(select(Execution.id, Execution.result).where(Execution.id.in_(known)))
    for number, result in found.all():
        set_committed_value(known[number], "result", result)


async def results(db: AsyncSession) -> list[str]:
    executions = (await db.scalars(select(Execution).options(defer(Execution.result)))).all()
    await fill(db, executions)
    return [execution.result for execution in executions]
