"""What the tests of repositories work on."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from taskbound import Options, Repository


class Base(DeclarativeBase):
    pass


class Book(Base):
    __tablename__ = "books"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(40), unique=True)
    year: Mapped[int]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Copy(Base):
    """Has a key of two columns."""

    __tablename__ = "copies"

    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    shelf: Mapped[str] = mapped_column(String(10))


class NewBook(BaseModel):
    title: str
    year: int


class BookPatch(BaseModel):
    title: str = ""
    year: int = 0


class BookRead(BaseModel):
    id: int
    title: str
    year: int


@dataclass
class CopyRead:
    book_id: int
    number: int
    shelf: str


class Books(Repository[Book]):
    """Books."""

    def of_this_century(self) -> Options:
        """Those from 2000 on, the newest first."""
        return Options(where=Book.year >= 2000, order_by=Book.year.desc())


class Copies(Repository[Copy]):
    """Copies of books."""
