"""A handler that commits twice."""

from fastapi import Depends, FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from .models import Account, Member
from .sessions import get_session

app = FastAPI()


@app.post("/accounts")
async def create_account(name: str, session: AsyncSession = Depends(get_session)) -> int:
    account = Account(name=name)
    session.add(account)
    await session.commit()
    session.add(Member(account_id=account.id, name=name))
    await session.commit()  # finds TB718
    return account.id
