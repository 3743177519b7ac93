from typing import Optional

from sqlalchemy import func
from sqlalchemy.orm import Session

from . import models, schemas


def get_user(db: Session, user_id: int):
    return db.query(models.User).filter(models.User.id == user_id).first()


def get_user_by_email(db: Session, email: str):
    return db.query(models.User).filter(models.User.email == email).first()


def get_users(db: Session, skip: int = 0, limit: int = 100):
    return db.query(models.User).order_by(models.User.id).offset(skip).limit(limit).all()


def create_user(db: Session, user: schemas.UserCreate):
    fake_hashed_password = user.password + "notreallyhashed"
    db_user = models.User(email=user.email, hashed_password=fake_hashed_password)
    db.add(db_user)
    db.commit()
    db.refresh(db_user)
    return db_user


def get_or_create_tag(db: Session, name: str) -> models.Tag:
    tag = db.query(models.Tag).filter_by(name=name).one_or_none()
    if tag is None:
        tag = models.Tag(name=name)
        db.add(tag)
        db.flush()
    return tag


def create_user_item(db: Session, item: schemas.ItemCreate, user_id: int):
    values = item.model_dump(exclude={"tags"})
    db_item = models.Item(**values, owner_id=user_id)
    db_item.tags = [get_or_create_tag(db, name) for name in item.tags]
    db.add(db_item)
    db.commit()
    db.refresh(db_item)
    return db_item


def find_items(
    db: Session,
    text: Optional[str] = None,
    tag: Optional[str] = None,
    min_price: Optional[int] = None,
):
    query = db.query(models.Item)
    if text:
        query = query.filter(models.Item.title.contains(text))
    if tag:
        query = query.join(models.Item.tags).filter(models.Tag.name == tag)
    if min_price is not None:
        query = query.filter(models.Item.price >= min_price)
    total = query.count()
    items = (
        query
        # newest first
        .order_by(models.Item.id.desc())
        .limit(10)
        .all()
    )
    return items, total


def totals(db: Session):
    rows = (
        db.query(models.User.email, func.count(models.Item.id), func.sum(models.Item.price).label("worth"))
        .join(models.Item)
        .group_by(models.User.email)
        .order_by(models.User.email)
        .all()
    )
    return [{"email": email, "items": count, "worth": worth} for email, count, worth in rows]


def owners(db: Session):
    """Users who own something, each once."""
    return db.query(models.User).join(models.User.items).order_by(models.User.id).all()


def average_price(db: Session) -> float:
    return db.query(func.avg(models.Item.price)).scalar() or 0.0


def raise_prices(db: Session, by: int) -> int:
    changed = db.query(models.Item).filter(models.Item.price > 0).update(
        {models.Item.price: models.Item.price + by}, synchronize_session=False
    )
    db.commit()
    return changed


def delete_item(db: Session, item_id: int) -> bool:
    item = db.query(models.Item).get(item_id)
    if not item:
        return False
    db.delete(item)
    db.commit()
    return True


def delete_cheap(db: Session, below: int) -> int:
    deleted = db.query(models.Item).filter(models.Item.price < below).delete()
    db.commit()
    return deleted


def email_taken(db: Session, email: str) -> bool:
    return db.query(db.query(models.User).filter_by(email=email).exists()).scalar()
