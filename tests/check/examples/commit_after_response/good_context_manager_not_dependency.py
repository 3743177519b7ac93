"""A context manager that commits after its yield is no dependency: the caller's block ends before it answers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from .models import User
from .sessions import sessions

app = FastAPI()


@asynccontextmanager
async def transaction() -> AsyncIterator[AsyncSession]:
    async with sessions() as session:
        yield session
        await session.commit()


@app.post("/users")
async def create_user(name: str) -> dict[str, str]:
    async with transaction() as session:
        session.add(User(name=name))
    return {"name": name}
