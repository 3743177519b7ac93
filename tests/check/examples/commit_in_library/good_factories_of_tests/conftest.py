"""Fixtures."""

from sqlalchemy.ext.asyncio import AsyncSession

from .models import User


async def add_user(session: AsyncSession, name: str = "test") -> User:
    user = User(name=name)
    session.add(user)
    await session.commit()
    return user
