"""FastAPI runs a plain def in a thread."""

from fastapi import Depends, FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session

from .models import User
from .sessions import get_db

app = FastAPI()


@app.get("/users")
def users(db: Session = Depends(get_db)) -> list[str]:
    return list(db.scalars(select(User.name)))


@app.get("/ping")
async def ping() -> str:
    return "pong"
