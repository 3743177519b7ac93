"""FastAPI runs what follows the yield after the response: a failing commit is still answered with 200."""

from collections.abc import AsyncIterator

from fastapi import Depends, FastAPI
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import User
from .settings import make_sessions

app = FastAPI()
sessions: async_sessionmaker[AsyncSession] = make_sessions()


async def get_session() -> AsyncIterator[AsyncSession]:
    async with sessions() as session:
        yield session
        await session.commit()  # finds TB305


@app.post("/users")
async def create_user(name: str, session: AsyncSession = Depends(get_session)) -> dict[str, str]:
    session.add(User(name=name))
    return {"name": name}
