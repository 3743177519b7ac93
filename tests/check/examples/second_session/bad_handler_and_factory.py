"""The handler has a session of the request, has used it, and opens another."""

from typing import Annotated

from fastapi import Depends, FastAPI
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Order, Visit
from .sessions import get_session, get_sessions

app = FastAPI()


@app.get("/numbers")
async def numbers(
    session: Annotated[AsyncSession, Depends(get_session)],
    sessions: Annotated[async_sessionmaker[AsyncSession], Depends(get_sessions)],
) -> dict[str, int | None]:
    orders = await session.scalar(select(func.count(Order.id)))
    async with sessions() as other:  # finds TB406
        visits = await other.scalar(select(func.count(Visit.id)))
    return {"orders": orders, "visits": visits}
