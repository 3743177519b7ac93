"""The fields of one query are resolved at once, and all of them take the session out of its context."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import strawberry
from fastapi import Depends
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from strawberry.fastapi import GraphQLRouter
from strawberry.types import Info

from .models import Post, User

engine = create_async_engine("postgresql+asyncpg://localhost/app", pool_pre_ping=True)
sessions = async_sessionmaker(engine, expire_on_commit=False)


async def stop() -> None:
    await engine.dispose()


async def get_session() -> AsyncIterator[AsyncSession]:
    async with sessions() as session:
        yield session


async def get_context(session: Annotated[AsyncSession, Depends(get_session)]) -> dict[str, Any]:
    return {"session": session}


@strawberry.type
class Query:
    @strawberry.field
    async def users(self, info: Info) -> int:
        session: AsyncSession = info.context["session"]
        return (await session.execute(select(func.count(User.id)))).scalar_one()  # finds TB101

    @strawberry.field
    async def posts(self, info: Info) -> int:
        session = info.context["session"]
        return (await session.execute(select(func.count(Post.id)))).scalar_one()


graphql = GraphQLRouter(strawberry.Schema(Query), context_getter=get_context)
