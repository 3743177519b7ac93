"""The handler commits; the dependency only closes."""

from collections.abc import AsyncIterator

from fastapi import Depends, FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from .models import User
from .sessions import sessions

app = FastAPI()


async def get_session() -> AsyncIterator[AsyncSession]:
    async with sessions() as session:
        try:
            yield session
        except Exception:
            await session.rollback()
            raise


@app.post("/users")
async def create_user(name: str, session: AsyncSession = Depends(get_session)) -> dict[str, str]:
    session.add(User(name=name))
    await session.commit()
    return {"name": name}
