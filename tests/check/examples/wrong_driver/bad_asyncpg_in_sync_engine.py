"""asyncpg under a synchronous engine fails at its first connect."""

from sqlalchemy import create_engine, text

engine = create_engine("postgresql+asyncpg://app@localhost/app")  # finds TB401


def versions() -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(text("SELECT version FROM migrations")))


def close() -> None:
    engine.dispose()
