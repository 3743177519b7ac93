"""Ariadne's resolvers of one query run at once too."""

from typing import Any

from ariadne import MutationType, QueryType, make_executable_schema
from ariadne.asgi import GraphQL
from fastapi import Request
from graphql import GraphQLResolveInfo
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from .models import Post, User

engine = create_async_engine("postgresql+asyncpg://localhost/app", pool_pre_ping=True)
sessions = async_sessionmaker(engine, expire_on_commit=False)
query = QueryType()
mutation = MutationType()


class WithSession:
    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async with sessions.begin() as session:
            request = Request(scope)
            request.state.session = session
            await graphql(scope, receive, send)
        await engine.dispose()


def get_context_value(request: Request) -> dict[str, Any]:
    return {"request": request, "session": request.state.session}


@query.field("users")
async def resolve_users(_: Any, info: GraphQLResolveInfo) -> int:
    return (await info.context["session"].execute(select(func.count(User.id)))).scalar_one()  # finds TB101


@query.field("posts")
async def resolve_posts(_: Any, info: GraphQLResolveInfo) -> int:
    session: AsyncSession = info.context["session"]
    return (await session.execute(select(func.count(Post.id)))).scalar_one()


@mutation.field("addUser")
async def resolve_add_user(_: Any, info: GraphQLResolveInfo, name: str) -> bool:
    await info.context["session"].execute(insert(User).values(name=name))
    return True


graphql = GraphQL(make_executable_schema("", query, mutation), context_value=get_context_value)
