from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from .models import Basket
from .sessions import get_db

router = APIRouter()
Db = Annotated[AsyncSession, Depends(get_db)]


@router.delete("/baskets/{basket_id}")
async def remove(basket_id: int, db: Db) -> None:
    await db.execute(delete(Basket).where(Basket.id == basket_id))
