"""Reads of categories and collections: the two ways to walk through the shop."""

from __future__ import annotations

from sqlalchemy import select

from shop.models import Category, Collection
from shop.schemas.product import CategoryRead, CollectionBrief, CollectionRead
from taskbound import projection

CATEGORIES = projection(CategoryRead, select(Category).order_by(Category.name, Category.id))
COLLECTIONS = projection(CollectionBrief, select(Collection).order_by(Collection.id))
COLLECTION = projection(CollectionRead, Collection)
