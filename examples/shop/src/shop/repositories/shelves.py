"""Statements about categories and collections: the two ways to walk through the shop."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from shop.models import Album, Category, Collection, Product


class Shelves:
    """The categories and collections that a session sees."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def categories(self) -> Sequence[Category]:
        """All categories in order of their names."""
        statement = select(Category).order_by(Category.name, Category.id)
        return (await self._session.scalars(statement)).all()

    async def collections(self) -> Sequence[Collection]:
        """All collections in order of their ids, without their products."""
        return (await self._session.scalars(select(Collection).order_by(Collection.id))).all()

    async def collection(self, collection_id: int) -> Collection | None:
        """The collection with its products, their albums and artists, or None."""
        products = selectinload(Collection.products)
        options = [products.joinedload(Product.album).joinedload(Album.artist)]
        return await self._session.get(Collection, collection_id, options=options)
