"""The tables of the shop, one noun a file."""

from __future__ import annotations

from shop.models.album import Album
from shop.models.artist import Artist
from shop.models.base import Base
from shop.models.category import Category
from shop.models.collection import Collection, collection_products
from shop.models.confirmation import Confirmation
from shop.models.customer import Customer
from shop.models.idempotency_key import IdempotencyKey
from shop.models.media_type import MediaType
from shop.models.order import Order, OrderLine, OrderStatus
from shop.models.product import Product
from shop.models.staff import Staff

__all__ = [
    "Album",
    "Artist",
    "Base",
    "Category",
    "Collection",
    "Confirmation",
    "Customer",
    "IdempotencyKey",
    "MediaType",
    "Order",
    "OrderLine",
    "OrderStatus",
    "Product",
    "Staff",
    "collection_products",
]
