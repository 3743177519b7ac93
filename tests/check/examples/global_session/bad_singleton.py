"""A repository that lives as long as the program keeps one session."""

from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .database import make_sessions
from .models import Page

sessions: async_sessionmaker[AsyncSession] = make_sessions()
app = FastAPI()


class Pages:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def title(self, path: str) -> str | None:
        return await self.session.scalar(select(Page.title).where(Page.path == path))


pages = Pages(sessions())  # finds TB705


@app.get("/pages/{path}")
async def title(path: str) -> str | None:
    return await pages.title(path)
