"""A class-level annotation is no session, and an instance of a request is no singleton."""

from fastapi import Depends, FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from .models import Page
from .sessions import get_session

app = FastAPI()


class Pages:
    session: AsyncSession

    def __init__(self, session: AsyncSession = Depends(get_session)) -> None:
        self.session = session

    async def title(self, path: str) -> str | None:
        return await self.session.scalar(select(Page.title).where(Page.path == path))


@app.get("/pages/{path}")
async def title(path: str, pages: Pages = Depends()) -> str | None:
    return await pages.title(path)
