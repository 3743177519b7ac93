"""A session that has sent nothing holds no connection; add() alone sends nothing."""

import httpx
from fastapi import Depends, FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from .models import Quote
from .sessions import get_session

app = FastAPI()


@app.post("/quotes")
async def quote(symbol: str, session: AsyncSession = Depends(get_session)) -> dict[str, float]:
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"https://quotes.example.com/{symbol}")
    price = float(answer.json()["price"])
    session.add(Quote(symbol=symbol, price=price))
    await session.commit()
    return {"price": price}
