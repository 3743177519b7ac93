"""The generator opens its own session and closes it when the stream ends."""

from collections.abc import AsyncIterator

from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from sqlalchemy import select

from .models import Line
from .sessions import sessions

app = FastAPI()


async def lines_of(log_id: int) -> AsyncIterator[str]:
    async with sessions() as session:
        texts = (await session.scalars(select(Line.text).where(Line.log_id == log_id))).all()
    for text in texts:
        yield text + "\n"


@app.get("/logs/{log_id}")
async def log(log_id: int) -> StreamingResponse:
    return StreamingResponse(lines_of(log_id), media_type="text/plain")
