"""The store closes its session; its caller reads what was not loaded."""

from sqlalchemy import ForeignKey
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Step(Base):
    __tablename__ = "steps"

    id: Mapped[int] = mapped_column(primary_key=True)
    recipe_id: Mapped[int] = mapped_column(ForeignKey("recipes.id"))
    text: Mapped[str]


class Recipe(Base):
    __tablename__ = "recipes"

    id: Mapped[int] = mapped_column(primary_key=True)
    steps: Mapped[list[Step]] = relationship()


class Recipes:
    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self.sessions = sessions

    async def get(self, recipe_id: int) -> Recipe:
        async with self.sessions() as session:
            return await session.get_one(Recipe, recipe_id)


async def printed(recipes: Recipes, recipe_id: int) -> str:
    recipe = await recipes.get(recipe_id)
    return "\n".join(step.text for step in recipe.steps)  # finds TB720
