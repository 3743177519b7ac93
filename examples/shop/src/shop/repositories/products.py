"""Statements about products."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, cast

from sqlalchemy import CursorResult, Select, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.interfaces import ORMOption

from shop.models import Album, Artist, Product
from shop.repositories.counting import count

# A page of products needs three more rows a product; joined, they cost no statement.
_WHOLE: tuple[ORMOption, ...] = (
    joinedload(Product.album).joinedload(Album.artist),
    joinedload(Product.category),
    joinedload(Product.media_type),
)


class Products:
    """The products that a session sees."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, product_id: int) -> Product | None:
        """The product with its album, artist, category and media type, or None."""
        return await self._session.get(Product, product_id, options=_WHOLE)

    async def by_ids(self, product_ids: Collection[int]) -> dict[int, Product]:
        """The products that exist, by id, with their albums and artists."""
        statement = (
            select(Product)
            .where(Product.id.in_(product_ids))
            .options(joinedload(Product.album).joinedload(Album.artist))
        )
        return {product.id: product for product in await self._session.scalars(statement)}

    async def list(
        self, search: str | None, *, category_id: int | None, offset: int, limit: int
    ) -> tuple[Sequence[Product], int]:
        """A page of the products in order of their ids, and how many there are.

        search: text in the name of product, album or artist; None finds all.
        category_id: the shelf; None means every one.
        """
        found = _matching(search)
        if category_id is not None:
            found = found.where(Product.category_id == category_id)
        page = found.options(*_WHOLE).order_by(Product.id).offset(offset).limit(limit)
        products = (await self._session.scalars(page)).all()
        return products, await count(self._session, found)

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


def _matching(search: str | None) -> Select[Any]:
    statement = select(Product)
    if not search:
        return statement
    return (
        statement.outerjoin(Album, Product.album_id == Album.id)
        .outerjoin(Artist, Album.artist_id == Artist.id)
        .where(or_(*(name.icontains(search, autoescape=True) for name in _NAMES)))
    )


_NAMES = (Product.name, Album.title, Artist.name)
