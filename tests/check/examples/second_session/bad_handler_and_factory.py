"""The handler has a session of the request, has used it, and opens another."""

from fastapi import Depends, FastAPI
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from .models import Order, Visit
from .sessions import get_session, sessions

app = FastAPI()


@app.get("/numbers")
async def numbers(session: AsyncSession = Depends(get_session)) -> dict[str, int | None]:
    orders = await session.scalar(select(func.count(Order.id)))
    async with AsyncSession(sessions.kw["bind"], expire_on_commit=False) as other:  # finds TB406
        visits = await other.scalar(select(func.count(Visit.id)))
    return {"orders": orders, "visits": visits}
