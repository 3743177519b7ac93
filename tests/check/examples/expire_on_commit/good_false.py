"""Every way to say it."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker
from sqlalchemy.orm import sessionmaker

OPTIONS: dict[str, Any] = {"expire_on_commit": False, "autoflush": False}


def factories(engine: AsyncEngine, options: dict[str, Any]) -> tuple[object, ...]:
    return (
        async_sessionmaker(engine, expire_on_commit=False),
        async_sessionmaker(engine, **OPTIONS),
        async_sessionmaker(engine, **options),
        sessionmaker(engine, class_=AsyncSession, expire_on_commit=False),
    )


def of_class(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    return async_sessionmaker(bind=engine, class_=AsyncSession, expire_on_commit=False)
