"""The handler makes an engine of its own."""

from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from .settings import settings

app = FastAPI()


@app.get("/ready")
async def ready() -> dict[str, bool]:
    engine = create_async_engine(settings.database_url)  # finds TB703
    async with engine.connect() as connection:
        await connection.execute(text("SELECT 1"))
    return {"ready": True}
