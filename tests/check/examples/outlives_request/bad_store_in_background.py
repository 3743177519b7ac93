"""The store holds the session; the background task gets the store's method."""

from fastapi import BackgroundTasks, Depends, FastAPI
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from .models import Visit
from .sessions import get_session

app = FastAPI()


class VisitStore:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def record(self, path: str) -> None:
        await self._session.execute(insert(Visit).values(path=path))


def visit_store(session: AsyncSession = Depends(get_session)) -> VisitStore:
    return VisitStore(session)


@app.get("/pages/{path}")
async def page(path: str, background: BackgroundTasks, visits: VisitStore = Depends(visit_store)) -> dict[str, str]:
    background.add_task(visits.record, path)  # finds TB716
    return {"path": path}
