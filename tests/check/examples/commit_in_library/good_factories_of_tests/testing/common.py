"""A factory of rows for tests: each commits, so that the code under test sees them in its own session."""

from sqlalchemy.ext.asyncio import AsyncSession

from ..models import User


async def create_user(session: AsyncSession, name: str = "test") -> User:
    user = User(name=name)
    session.add(user)
    await session.commit()
    return user
