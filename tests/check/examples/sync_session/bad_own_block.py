"""The coroutine opens a synchronous session itself."""

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from .models import Setting


async def setting(engine: Engine, name: str) -> str | None:
    with Session(engine) as session:
        return session.scalar(select(Setting.value).where(Setting.name == name))  # finds TB714
