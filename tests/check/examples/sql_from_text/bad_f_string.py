"""A parameter of the handler goes into the text of the statement."""

from typing import Any

from fastapi import Depends, FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from .sessions import get_session

app = FastAPI()


@app.get("/users")
async def users(name: str, session: AsyncSession = Depends(get_session)) -> list[dict[str, Any]]:
    result = await session.execute(text(f"SELECT id, name FROM users WHERE name = '{name}'"))  # finds TB711
    return [dict(row) for row in result.mappings()]
