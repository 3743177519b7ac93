"""Statements about products."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast

from sqlalchemy import CursorResult, Select, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from shop.models import Album, Artist, Product
from shop.schemas.product import ProductRead
from taskbound import projection

# A product with its album, artist, category and media type.
PRODUCT = projection(ProductRead, Product)


def products(search: str | None, *, category_id: int | None) -> Select[Any]:
    """The products in order of their ids.

    search: text in the name of product, album or artist; None finds all.
    category_id: the shelf; None means every one.
    """
    statement = select(Product).order_by(Product.id)
    if category_id is not None:
        statement = statement.where(Product.category_id == category_id)
    return _containing(statement, search) if search else statement


def _containing(statement: Select[Any], search: str) -> Select[Any]:
    names = (Product.name, Album.title, Artist.name)
    return (
        statement.outerjoin(Product.album)
        .outerjoin(Album.artist)
        .where(or_(*(name.icontains(search, autoescape=True) for name in names)))
    )


class Products:
    """The products that a session sees, to be sold."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def by_ids(self, product_ids: Collection[int]) -> dict[int, Product]:
        """The products that exist, by id."""
        statement = select(Product).where(Product.id.in_(product_ids))
        return {product.id: product for product in await self._session.scalars(statement)}

    async def take(self, product_id: int, quantity: int) -> bool:
        """Take so many pieces out of stock. False where fewer are there, or no such product.

        One statement looks and takes, so of two buyers of the last piece one gets False:

        ```sql
        UPDATE products SET stock = stock - :quantity WHERE id = :id AND stock >= :quantity
        ```
        """
        taken = await self._session.execute(
            update(Product)
            .where(Product.id == product_id, Product.stock >= quantity)
            .values(stock=Product.stock - quantity)
            .execution_options(synchronize_session=False)
        )
        return cast("CursorResult[Any]", taken).rowcount == 1
