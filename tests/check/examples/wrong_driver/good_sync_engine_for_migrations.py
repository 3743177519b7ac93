"""A synchronous engine with a synchronous driver, for migrations."""

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

ASYNC_URL = "postgresql+asyncpg://app@localhost/app"


def upgrade(config: Config) -> None:
    engine = create_engine(ASYNC_URL.replace("+asyncpg", "+psycopg2"))
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        engine.dispose()
