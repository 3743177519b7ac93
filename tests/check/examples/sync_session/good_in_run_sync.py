"""Inside run_sync and in event hooks the synchronous session is the right one."""

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from .fixtures import load_fixture


@event.listens_for(Session, "after_flush")
def after_flush(session: Session, context: object) -> None:
    for each in session.new:
        session.info.setdefault("written", []).append(each)


async def written(session: AsyncSession) -> list[object]:
    await session.run_sync(load_fixture)
    return session.sync_session.info.get("written", [])
