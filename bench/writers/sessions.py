"""What those have who write through an `AsyncSession` of SQLAlchemy's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from bench.dtos import in_pydantic
from bench.writers.writer import Writer


class SessionWriter(Writer):
    """Writes through sessions of an engine with one connection, Pydantic models."""

    dtos = in_pydantic

    async def open(self) -> None:
        self._engine = create_async_engine(self.url, pool_size=1, max_overflow=0)
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)
        self._session: AsyncSession

    async def close(self) -> None:
        await self._engine.dispose()

    @asynccontextmanager
    async def transaction(self, *, kept: bool) -> AsyncIterator[None]:
        async with self._sessions() as self._session:
            yield
            if kept:
                await self._session.commit()
