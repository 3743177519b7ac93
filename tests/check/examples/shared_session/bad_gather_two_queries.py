"""A dashboard that asks two questions of one session at once."""

import asyncio
from typing import Annotated

from fastapi import Depends, FastAPI
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from .models import Order, User
from .sessions import get_session

app = FastAPI()
SessionDep = Annotated[AsyncSession, Depends(get_session)]


@app.get("/dashboard")
async def dashboard(session: SessionDep) -> dict[str, int | None]:
    users, orders = await asyncio.gather(  # finds TB101
        session.scalar(select(func.count()).select_from(User)),
        session.scalar(select(func.count()).select_from(Order)),
    )
    return {"users": users, "orders": orders}
