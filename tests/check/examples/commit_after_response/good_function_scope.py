"""scope="function" ends the dependency, and commits, before the response."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from .models import User
from .sessions import sessions

app = FastAPI()


async def get_session() -> AsyncIterator[AsyncSession]:
    async with sessions.begin() as session:
        yield session


SessionDep = Annotated[AsyncSession, Depends(get_session, scope="function")]


@app.post("/users")
async def create_user(name: str, session: SessionDep) -> dict[str, str]:
    session.add(User(name=name))
    return {"name": name}
