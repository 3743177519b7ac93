"""One row that fails must not cost the others theirs: the handler rolls back and goes on."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Report


async def store(sessions: async_sessionmaker[AsyncSession], reports: list[Report]) -> int:
    accepted = 0
    async with sessions() as db:
        for report in reports:
            db.add(report)
            try:
                await db.commit()
                accepted += 1
            except IntegrityError:
                await db.rollback()
                continue
    return accepted
