"""The library flushes; the handler commits."""

from fastapi import Depends, FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from .models import User
from .sessions import get_session

app = FastAPI()


async def create_user(session: AsyncSession, name: str) -> User:
    user = User(name=name)
    session.add(user)
    await session.flush()
    return user


@app.post("/users")
async def post_user(name: str, session: AsyncSession = Depends(get_session)) -> int:
    user = await create_user(session, name)
    await session.commit()
    return user.id
