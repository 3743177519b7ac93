"""factory.begin() around the yield commits after the response too."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import User
from .settings import sessions_of_app

sessions: async_sessionmaker[AsyncSession] = sessions_of_app()
router = APIRouter()


async def get_session() -> AsyncIterator[AsyncSession]:
    async with sessions.begin() as session:  # finds TB305
        yield session


SessionDep = Annotated[AsyncSession, Depends(get_session)]


@router.post("/users")
async def create_user(name: str, session: SessionDep) -> dict[str, str]:
    session.add(User(name=name))
    return {"name": name}
