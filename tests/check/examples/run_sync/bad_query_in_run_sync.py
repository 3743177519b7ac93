"""A query in run_sync is a query that could be awaited."""

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from .models import User


def load_users(session: Session, name: str) -> list[User]:
    return session.query(User).filter(User.name == name).all()


async def users(session: AsyncSession, name: str) -> list[User]:
    return await session.run_sync(load_users, name)  # finds TB713
