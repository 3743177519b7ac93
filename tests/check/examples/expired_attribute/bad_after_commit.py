"""The factory expires what it commits, so the name is loaded again: without an await."""

from contextlib import asynccontextmanager
from collections.abc import AsyncIterator

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

engine = create_async_engine("postgresql+asyncpg://app@localhost/app")
sessions = async_sessionmaker(engine)  # finds TB701


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


@app.post("/users/{user_id}/rename")
async def rename(user_id: int, name: str) -> dict[str, str]:
    async with sessions() as session:
        user = await session.get_one(User, user_id)
        user.name = name
        await session.commit()
        return {"name": user.name}  # finds TB202
