"""requests in a handler: no other request is answered meanwhile."""

import requests
from fastapi import Depends, FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from .models import Quote
from .sessions import get_session

app = FastAPI()


@app.post("/quotes")
async def quote(symbol: str, session: AsyncSession = Depends(get_session)) -> None:
    answer = requests.get(f"https://quotes.example.com/{symbol}", timeout=5)  # finds TB702
    session.add(Quote(symbol=symbol, price=answer.json()["price"]))
    await session.commit()
