from typing import List, Optional

from pydantic import BaseModel, ConfigDict


class Tag(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    name: str


class ItemBase(BaseModel):
    title: str
    description: Optional[str] = None
    price: int = 0


class ItemCreate(ItemBase):
    tags: List[str] = []


class Item(ItemBase):
    model_config = ConfigDict(from_attributes=True)

    id: int
    owner_id: int
    tags: List[Tag] = []


class UserCreate(BaseModel):
    email: str
    password: str


class User(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    email: str
    is_active: bool
    items: List[Item] = []
