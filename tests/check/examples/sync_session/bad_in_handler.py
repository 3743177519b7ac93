"""An async handler on a synchronous session: the loop waits for every query."""

from fastapi import Depends, FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session

from .models import User
from .sessions import get_db

app = FastAPI()


@app.get("/users")
async def users(db: Session = Depends(get_db)) -> list[str]:
    return list(db.scalars(select(User.name)))  # finds TB714
