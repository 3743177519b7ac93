"""The coroutines are put in a list first and run together later."""

import asyncio

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Comment, Like


async def comments_of(session: AsyncSession, post_id: int) -> list[Comment]:
    return list((await session.scalars(select(Comment).where(Comment.post_id == post_id))).all())


async def likes_of(session: AsyncSession, post_id: int) -> list[Like]:
    return list((await session.scalars(select(Like).where(Like.post_id == post_id))).all())


async def activity(sessions: async_sessionmaker[AsyncSession], post_id: int, *, with_likes: bool) -> list[object]:
    async with sessions() as session:
        pending = [comments_of(session, post_id)]
        if with_likes:
            pending.append(likes_of(session, post_id))
        return await asyncio.gather(*pending)  # finds TB101
