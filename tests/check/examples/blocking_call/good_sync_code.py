"""A synchronous function that no coroutine calls may block."""

import time

import requests
from fastapi import Depends, FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from .models import Quote
from .sessions import get_session

app = FastAPI()


@app.get("/quotes/{symbol}/latest")
def latest(symbol: str) -> float:
    time.sleep(0.1)
    return float(requests.get(f"https://quotes.example.com/{symbol}", timeout=5).json()["price"])


@app.post("/quotes")
async def quote(symbol: str, price: float, session: AsyncSession = Depends(get_session)) -> None:
    session.add(Quote(symbol=symbol, price=price))
    await session.commit()
