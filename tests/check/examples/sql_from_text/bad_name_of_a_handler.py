"""A name, where no bind can stand, that a route is given."""

from fastapi import Depends, FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from .sessions import get_session

app = FastAPI()


async def dump(session: AsyncSession, target_table: str) -> list[object]:
    return list(await session.execute(text(f"SELECT * FROM {target_table}")))  # finds TB711


async def drop(session: AsyncSession, name: str) -> None:
    await session.execute(text(f'DROP TABLE IF EXISTS "{name}"'))  # finds TB711


@app.get("/dump")
async def dumped(table: str, session: AsyncSession = Depends(get_session)) -> list[object]:
    return await dump(session, table)


@app.delete("/tables")
async def dropped(table: str, session: AsyncSession = Depends(get_session)) -> None:
    await drop(session, table)
