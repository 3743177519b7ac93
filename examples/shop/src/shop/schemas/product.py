"""Products, albums and artists over the wire."""

from __future__ import annotations

from decimal import Decimal

from pydantic import BaseModel


class ArtistRead(BaseModel):
    """Who made an album."""

    id: int
    name: str


class AlbumRead(BaseModel):
    """An album and its artist."""

    id: int
    title: str
    artist: ArtistRead


class CategoryRead(BaseModel):
    """A shelf of the shop."""

    id: int
    name: str


class MediaTypeRead(BaseModel):
    """What a product comes as."""

    id: int
    name: str


class ProductRead(BaseModel):
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


class ProductBrief(BaseModel):
    """A product inside of an order."""

    id: int
    name: str
    album: AlbumRead | None


class CollectionBrief(BaseModel):
    """A collection without its products."""

    id: int
    name: str


class CollectionRead(CollectionBrief):
    """A collection and everything in it."""

    products: list[ProductBrief]
