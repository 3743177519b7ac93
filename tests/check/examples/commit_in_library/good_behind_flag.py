"""The caller says whether the helper commits."""

from sqlalchemy.ext.asyncio import AsyncSession

from .models import User


async def create_user(session: AsyncSession, name: str, *, commit: bool = True) -> User:
    user = User(name=name)
    session.add(user)
    if commit:
        await session.commit()
    else:
        await session.flush()
    return user
