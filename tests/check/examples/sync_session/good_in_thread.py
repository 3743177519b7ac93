"""The synchronous function runs in a thread."""

import asyncio

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from .models import Setting


def read(engine: Engine, name: str) -> str | None:
    with Session(engine) as session:
        return session.scalar(select(Setting.value).where(Setting.name == name))


async def setting(engine: Engine, name: str) -> str | None:
    return await asyncio.to_thread(read, engine, name)
