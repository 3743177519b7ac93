"""The context is a class, whose repositories have one session; one field may be asked for twice by aliases."""

from collections.abc import AsyncIterator
from typing import Annotated

import strawberry
from fastapi import Depends
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from strawberry.fastapi import BaseContext, GraphQLRouter

from .models import User

engine = create_async_engine("postgresql+asyncpg://localhost/app", pool_pre_ping=True)
sessions = async_sessionmaker(engine, expire_on_commit=False)


async def stop() -> None:
    await engine.dispose()


async def get_session() -> AsyncIterator[AsyncSession]:
    async with sessions() as session:
        yield session


class Users:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def name(self, key: int) -> str:
        return (await self.session.execute(select(User.name).where(User.id == key))).scalar_one()


class Context(BaseContext):
    def __init__(self, users: Users) -> None:
        self.users = users


async def get_context(session: Annotated[AsyncSession, Depends(get_session)]) -> Context:
    return Context(Users(session))


async def resolve_name(info: strawberry.Info[Context, None], key: int) -> str:
    return await info.context.users.name(key)  # finds TB101


@strawberry.type
class Query:
    name: str = strawberry.field(resolver=resolve_name)


graphql = GraphQLRouter(strawberry.Schema(Query), context_getter=get_context)
