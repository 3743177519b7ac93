"""The response model names a relationship that the handler's query does not load."""

from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel, ConfigDict
from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from .sessions import get_session

app = FastAPI()


class Base(DeclarativeBase):
    pass


class Tag(Base):
    __tablename__ = "tags"

    id: Mapped[int] = mapped_column(primary_key=True)
    recipe_id: Mapped[int] = mapped_column(ForeignKey("recipes.id"))
    name: Mapped[str]


class Recipe(Base):
    __tablename__ = "recipes"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    tags: Mapped[list[Tag]] = relationship()


class TagOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    name: str


class RecipeOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    title: str
    tags: list[TagOut]


@app.get("/recipes/{recipe_id}", response_model=RecipeOut)
async def recipe(recipe_id: int, session: Annotated[AsyncSession, Depends(get_session)]) -> Recipe:
    found = (await session.scalars(select(Recipe).where(Recipe.id == recipe_id))).first()
    if found is None:
        raise HTTPException(404)
    return found  # finds TB201
