from typing import Annotated, Optional

from fastapi import APIRouter, Depends, HTTPException
from sqlalchemy.orm import Session

from .. import crud, models, schemas
from ..database import get_db

router = APIRouter(prefix="/items", tags=["items"])
SessionDep = Annotated[Session, Depends(get_db)]


@router.get("/", response_model=list[schemas.Item])
def read_items(db: SessionDep, q: Optional[str] = None, tag: Optional[str] = None):
    items, _total = crud.find_items(db, text=q, tag=tag)
    return items


@router.get("/count")
def count(db: SessionDep, tag: Optional[str] = None):
    return {"total": crud.find_items(db, tag=tag)[1]}


@router.get("/totals")
def totals(db: SessionDep):
    return {"totals": crud.totals(db), "average": crud.average_price(db)}


@router.get("/{item_id}/owner")
def owner(item_id: int, db: SessionDep):
    item = db.get(models.Item, item_id)
    if item is None:
        raise HTTPException(status_code=404, detail="Item not found")
    return {"email": item.owner.email, "titles": item.owner.item_titles, "tags": [t.name for t in item.tags]}


@router.post("/prices")
def prices(db: SessionDep, by: int):
    return {"changed": crud.raise_prices(db, by)}


@router.delete("/{item_id}")
def delete(item_id: int, db: SessionDep):
    if not crud.delete_item(db, item_id):
        raise HTTPException(status_code=404, detail="Item not found")
    return {"ok": True}


@router.delete("/")
def delete_below(db: SessionDep, below: int):
    return {"deleted": crud.delete_cheap(db, below)}
