"""The body of the stream runs after the handler has returned, on the request's session."""

from collections.abc import AsyncIterator

from fastapi import Depends, FastAPI
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from .models import Line
from .sessions import get_session

app = FastAPI()


async def lines_of(session: AsyncSession, log_id: int) -> AsyncIterator[str]:
    found = await session.stream_scalars(select(Line.text).where(Line.log_id == log_id))
    async for text in found:
        yield text + "\n"


@app.get("/logs/{log_id}")
async def log(log_id: int, session: AsyncSession = Depends(get_session)) -> StreamingResponse:
    return StreamingResponse(lines_of(session, log_id), media_type="text/plain")  # finds TB716
