"""What the tests of filters read."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel

from taskbound import Count, Depth, Exists, For, From, Max, Min, Sum, Tree
from tests.filters.models import Film, Paper


class BookRow(BaseModel):
    id: int


class GenreRow(BaseModel):
    id: int


class ShelfRead(BaseModel):
    id: int
    books: list[BookRow]


class ShelfTold(BaseModel):
    """What is told about books without reading one."""

    number: Annotated[int, Count("books")]
    pages: Annotated[int | None, Sum("books.pages")]
    least: Annotated[int | None, Min("books.pages")]
    most: Annotated[int | None, Max("books.pages")]
    any: Annotated[bool, Exists("books")]


class ShelfHeld(BaseModel):
    """Has a column that is a subquery over books."""

    held: int


class FirstRead(BaseModel):
    id: int


class SequelRead(BaseModel):
    id: int
    first: FirstRead | None
    title: Annotated[str | None, From("first.title")]


class GenreRead(BaseModel):
    id: int
    books: list[BookRow]


class TaggedRead(BaseModel):
    id: int
    genres: list[GenreRow]


class BookBelow(BaseModel):
    id: int
    copies: list[BookRow]
    genres: list[GenreRow]
    copied: Annotated[int, Count("copies")]


class TitleRead(BaseModel):
    id: int
    title: str
    copies: list[BookRow]


class ShelfBelow(BaseModel):
    """Three levels, one of them by way of a table."""

    books: list[BookBelow]


class BookTree(BaseModel):
    id: int
    sequels: Annotated[list[BookTree], Tree()]


class BookLevels(BaseModel):
    id: int
    sequels: Annotated[list[BookLevels], Depth(2)]


class PaperRead(BaseModel):
    id: int
    weight: int | None


class FilmRead(BaseModel):
    id: int
    minutes: int | None


ItemRead = Annotated[PaperRead, For(Paper)] | Annotated[FilmRead, For(Film)] | GenreRow
