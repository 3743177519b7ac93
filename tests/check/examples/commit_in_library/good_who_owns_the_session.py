"""It commits only what it has begun itself."""

from sqlalchemy.ext.asyncio import AsyncSession

from .models import User


async def create_user(session: AsyncSession, name: str) -> User:
    owns = not session.in_transaction()
    user = User(name=name)
    session.add(user)
    if owns:
        await session.commit()
    return user
