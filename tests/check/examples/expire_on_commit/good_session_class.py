"""The project's session class says it in its constructor."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker


class AppSession(AsyncSession):
    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("expire_on_commit", False)
        super().__init__(*args, **options)


def factory(engine: AsyncEngine) -> async_sessionmaker[AppSession]:
    return async_sessionmaker(engine, class_=AppSession)
