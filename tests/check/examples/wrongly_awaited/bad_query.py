"""AsyncSession has no query()."""

from fastapi import Depends, FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from .models import User
from .sessions import get_session

app = FastAPI()


@app.get("/users")
async def users(db: AsyncSession = Depends(get_session)) -> list[User]:
    return db.query(User).all()  # finds TB719
