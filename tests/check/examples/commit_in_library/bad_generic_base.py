"""A generic base class commits for all of its children."""

from typing import Any, Generic, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

Model = TypeVar("Model")


class CRUDBase(Generic[Model]):
    def __init__(self, model: type[Model]) -> None:
        self.model = model

    async def create(self, db: AsyncSession, values: dict[str, Any]) -> Model:
        found = self.model(**values)
        db.add(found)
        await db.commit()  # finds TB717
        return found
