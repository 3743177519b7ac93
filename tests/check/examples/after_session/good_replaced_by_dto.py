"""What leaves the block is no entity."""

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ForeignKey
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload


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


class StepView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    text: str


class RecipeView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    steps: list[StepView]


async def get(sessions: async_sessionmaker[AsyncSession], recipe_id: int) -> RecipeView:
    async with sessions() as session:
        recipe = await session.get_one(Recipe, recipe_id, options=[selectinload(Recipe.steps)])
        return RecipeView.model_validate(recipe)


async def printed(sessions: async_sessionmaker[AsyncSession], recipe_id: int) -> str:
    recipe = await get(sessions, recipe_id)
    return "\n".join(step.text for step in recipe.steps)
