"""The URL is a default of the settings class."""

from pydantic_settings import BaseSettings
from sqlalchemy.ext.asyncio import create_async_engine


class Settings(BaseSettings):
    database_url: str = "mysql+pymysql://app@localhost/app"


engine = create_async_engine(Settings().database_url)
other = create_async_engine("mysql+mysqldb://app@localhost/app")  # finds TB401


async def close() -> None:
    await engine.dispose()
    await other.dispose()
