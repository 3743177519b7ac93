"""The caller says whether the helper commits."""

from sqlalchemy.ext.asyncio import AsyncSession

from .models import User
from .settings import is_sqlite
from .units import UnitOfWork


async def create_user(session: AsyncSession, name: str, *, commit: bool = True) -> User:
    user = User(name=name)
    session.add(user)
    if commit:
        await session.commit()
    else:
        await session.flush()
    return user


async def lock_user(session: AsyncSession, user: User) -> None:
    if is_sqlite():
        await session.commit()
    user.locked = True
    session.add(user)


async def rename_user(session: AsyncSession, user: User, name: str, unit: UnitOfWork | None = None) -> None:
    user.name = name
    session.add(user)
    if not unit:
        await session.commit()
