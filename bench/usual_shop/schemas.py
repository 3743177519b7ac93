"""What the endpoints answer: Pydantic models that are filled from entities."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shop.models import OrderStatus

Item = TypeVar("Item")


class _Read(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class Listing(_Read, Generic[Item]):
    """A part of a list, and how long the whole is."""

    items: list[Item]
    total: int
    offset: int
    limit: int


class ArtistRead(_Read):
    """Who made an album."""

    id: int
    name: str


class AlbumRead(_Read):
    """An album and its artist."""

    id: int
    title: str
    artist: ArtistRead


class CategoryRead(_Read):
    """A shelf of the shop."""

    id: int
    name: str


class MediaTypeRead(_Read):
    """What a product comes as."""

    id: int
    name: str


class ProductRead(_Read):
    """A product as it stands on the shelf."""

    id: int
    name: str
    price: Decimal
    stock: int
    composer: str | None
    milliseconds: int | None
    bytes: int | None
    album: AlbumRead | None
    category: CategoryRead | None
    media_type: MediaTypeRead | None


class ProductBrief(_Read):
    """A product inside of an order."""

    id: int
    name: str
    album: AlbumRead | None


class CollectionRead(_Read):
    """A collection and everything in it."""

    id: int
    name: str
    products: list[ProductBrief]


class CustomerBrief(_Read):
    """A customer inside of an order."""

    id: int
    name: str
    email: str


class CustomerRead(_Read):
    """A customer."""

    company: str | None
    address: str | None
    city: str | None
    state: str | None
    country: str | None
    postal_code: str | None
    phone: str | None
    fax: str | None
    note: str | None
    support_rep_id: int | None
    id: int
    first_name: str
    last_name: str
    email: str
    preferences: dict[str, Any]
    created_at: datetime


class LineRead(_Read):
    """A line of an order."""

    id: int
    product: ProductBrief
    unit_price: Decimal
    quantity: int
    amount: Decimal


class OrderBrief(_Read):
    """An order in a list."""

    id: int
    reference: UUID
    status: OrderStatus
    placed_at: datetime
    total: Decimal
    customer: CustomerBrief


class OrderRead(OrderBrief):
    """An order with everything that belongs to it."""

    billing: dict[str, Any]
    lines: list[LineRead]


class StaffBrief(_Read):
    """A member of staff inside of another."""

    id: int
    name: str
    title: str | None


class StaffRead(StaffBrief):
    """A member of staff, the manager above and the reports below."""

    email: str | None
    hire_date: date | None
    manager: StaffBrief | None
    reports: list[StaffBrief]
