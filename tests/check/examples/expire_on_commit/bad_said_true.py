"""The old sessionmaker, with the default written out."""

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import sessionmaker


def factory_of(engine: AsyncEngine) -> sessionmaker:
    return sessionmaker(bind=engine, class_=AsyncSession, autoflush=False, expire_on_commit=True)  # finds TB701
