"""Models whose objects are of several classes, or of one class that refers to itself; and their DTOs."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
import pydantic
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from taskbound import Depth, Tree


class Base(DeclarativeBase):
    """The base of these models."""


class Category(Base):
    """One of a forest."""

    __tablename__ = "category"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    parent: Mapped[Category | None] = relationship(back_populates="children", remote_side=[id])
    children: Mapped[list[Category]] = relationship(
        back_populates="parent", order_by="Category.id.desc()"
    )


class Board(Base):
    """Has figures and pets on it."""

    __tablename__ = "board"

    id: Mapped[int] = mapped_column(primary_key=True)
    figures: Mapped[list[Figure]] = relationship(order_by="Figure.id.desc()")
    pets: Mapped[list[Pet]] = relationship(order_by="Pet.id")


class Figure(Base):
    """What is drawn; each kind has a table of its own."""

    __tablename__ = "figure"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    board_id: Mapped[int | None] = mapped_column(ForeignKey("board.id"))
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "figure"}


class Circle(Figure):
    """Has a radius."""

    __tablename__ = "circle"

    id: Mapped[int] = mapped_column(ForeignKey("figure.id"), primary_key=True)
    radius: Mapped[float]
    __mapper_args__ = {"polymorphic_identity": "circle"}


class Square(Figure):
    """Has a side."""

    __tablename__ = "square"

    id: Mapped[int] = mapped_column(ForeignKey("figure.id"), primary_key=True)
    side: Mapped[int]
    __mapper_args__ = {"polymorphic_identity": "square"}


class Pet(Base):
    """An animal; all kinds share a table."""

    __tablename__ = "pet"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    board_id: Mapped[int | None] = mapped_column(ForeignKey("board.id"))
    name: Mapped[str | None] = mapped_column(String(20))
    __mapper_args__ = {"polymorphic_on": "kind"}


class Dog(Pet):
    """Barks."""

    bark: Mapped[str | None] = mapped_column(String(20))
    __mapper_args__ = {"polymorphic_identity": "dog"}


class Cat(Pet):
    """Has lives."""

    lives: Mapped[int | None]
    __mapper_args__ = {"polymorphic_identity": "cat"}


class WholeTree(pydantic.BaseModel):
    """All that is below."""

    id: int
    name: str
    children: Annotated[list[WholeTree], Tree()]


class TwoLevels(msgspec.Struct):
    """What is below to the second level, and what is above to the third."""

    id: int
    children: Annotated[list[TwoLevels], Depth(2)]


class Ancestry(msgspec.Struct):
    """What is above, to the third level."""

    name: str
    parent: Annotated[Ancestry | None, Depth(3)]


class CircleRead(msgspec.Struct):
    id: int
    kind: Literal["circle"]
    radius: float


class SquareRead(msgspec.Struct):
    id: int
    kind: Literal["square"]
    side: int


class FigureRead(msgspec.Struct):
    id: int
    kind: Literal["figure"]
    board_id: int | None


class DogRead(pydantic.BaseModel):
    kind: Literal["dog"]
    name: str | None
    bark: str | None


class CatRead(pydantic.BaseModel):
    kind: Literal["cat"]
    lives: int | None


# A union is no class to a type checker.
AnyFigure: Any = CircleRead | SquareRead | FigureRead
AnyPet: Any = DogRead | CatRead


class BoardRead(msgspec.Struct):
    id: int
    figures: list[CircleRead | SquareRead | FigureRead]
    pets: tuple[DogRead | CatRead, ...]


FIGURES: dict[type[Figure], Any] = {Figure: FigureRead, Circle: CircleRead, Square: SquareRead}
PETS: dict[type[Pet], Any] = {Dog: DogRead, Cat: CatRead}
