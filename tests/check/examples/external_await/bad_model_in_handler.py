"""The handler's session has read, and so holds a connection while the model answers."""

from typing import Annotated

from fastapi import Depends, FastAPI
from openai import AsyncOpenAI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from .models import Prompt
from .sessions import get_session

app = FastAPI()
client = AsyncOpenAI()


@app.post("/prompts/{prompt_id}/answer")
async def answer(prompt_id: int, session: Annotated[AsyncSession, Depends(get_session)]) -> dict[str, str | None]:
    text = (await session.execute(select(Prompt.text).where(Prompt.id == prompt_id))).scalar_one()
    completion = await client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": text}])  # finds TB405
    return {"answer": completion.choices[0].message.content}
