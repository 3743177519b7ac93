"""One child uses the session, and the other waits for a cache."""

import asyncio
from typing import Annotated

from fastapi import Depends, FastAPI
from redis.asyncio import Redis
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from .models import User
from .sessions import get_redis, get_session

app = FastAPI()


@app.get("/numbers")
async def numbers(
    session: Annotated[AsyncSession, Depends(get_session)],
    redis: Annotated[Redis, Depends(get_redis)],
) -> dict[str, int | None]:
    users, online = await asyncio.gather(session.scalar(select(func.count(User.id))), redis.scard("online"))
    return {"users": users, "online": online}
