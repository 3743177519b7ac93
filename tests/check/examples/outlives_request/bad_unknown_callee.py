"""The logger is not known, but it is handed the session, in a task that nobody awaits."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from .models import Note
from .sessions import get_session


def routes(audit: Any) -> APIRouter:
    router = APIRouter()

    @router.delete("/notes/{key}")
    async def remove(key: int, session: Annotated[AsyncSession, Depends(get_session)]) -> None:
        await session.execute(delete(Note).where(Note.id == key))
        asyncio.create_task(audit.log_delete(session, key))  # finds TB716
        await session.commit()

    return router
