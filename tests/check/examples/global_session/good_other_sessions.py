"""Sessions of other libraries may be global."""

import boto3
import httpx
import requests
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Upload

session = requests.Session()
aws = boto3.Session()
client = httpx.AsyncClient()


async def record(sessions: async_sessionmaker[AsyncSession], key: str) -> None:
    async with sessions.begin() as db:
        db.add(Upload(key=key))
