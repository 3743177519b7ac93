"""A commit right before the external call gives the connection back, and the next SELECT takes it again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

engine = create_async_engine("postgresql+asyncpg://app@localhost/app")
sessions = async_sessionmaker(engine, expire_on_commit=False)


class Base(DeclarativeBase):
    pass


class Prompt(Base):
    __tablename__ = "prompts"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    answer: Mapped[str | None]


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)
client = httpx.AsyncClient(base_url="https://model.example.com")


@app.post("/prompts/{prompt_id}/answer")
async def answer(prompt_id: int) -> dict[str, str]:
    async with sessions() as session:
        prompt = await session.get_one(Prompt, prompt_id)
        await session.commit()
        reply = await client.post("/complete", json={"prompt": prompt.text})
        prompt = (await session.scalars(select(Prompt).where(Prompt.id == prompt_id))).one()
        prompt.answer = reply.text
        await session.commit()
    return {"answer": reply.text}
