"""Each resolver and each batch opens a session; the fields of a mutation run one after another."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import strawberry
from fastapi import Depends
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from strawberry.dataloader import DataLoader
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


async def load_users(keys: list[int]) -> list[User]:
    async with sessions() as session:
        return list((await session.scalars(select(User).where(User.id.in_(keys)))).all())


async def get_context(session: Annotated[AsyncSession, Depends(get_session)]) -> dict[str, Any]:
    return {"session": session, "sessions": sessions, "users": DataLoader(load_fn=load_users)}


@strawberry.type
class Query:
    @strawberry.field
    async def users(self, info: Info) -> int:
        async with info.context["sessions"]() as session:
            return (await session.execute(select(func.count(User.id)))).scalar_one()

    @strawberry.field
    async def posts(self, info: Info) -> int:
        async with sessions() as session:
            return (await session.execute(select(func.count(Post.id)))).scalar_one()


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def add_user(self, info: Info, name: str) -> bool:
        await info.context["session"].execute(insert(User).values(name=name))
        await info.context["session"].commit()
        return True


async def names(keys: list[int]) -> list[str]:
    async with sessions() as session:

        async def load(keys: list[int]) -> list[User]:
            return list((await session.scalars(select(User).where(User.id.in_(keys)))).all())

        users = await DataLoader(load_fn=load).load_many(keys)
        return [user.name for user in users]


graphql = GraphQLRouter(strawberry.Schema(Query, Mutation), context_getter=get_context)
