"""text() of a page, and texts that are no SQL."""

from html import escape

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from .models import User
from .pages import text


async def greeting(session: AsyncSession, user_id: int, word: str) -> str:
    name = (await session.scalars(select(User.name).where(User.id == user_id))).one()
    return text(f"Update your name, {escape(name)}: {word}")


async def search(session: AsyncSession, word: str) -> list[User]:
    return list((await session.scalars(select(User).where(User.name.ilike(f"%{word}%")))).all())
