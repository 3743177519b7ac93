"""The DTO names columns only, and what it does not name is not walked."""

from fastapi import Depends, FastAPI
from pydantic import BaseModel, ConfigDict
from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, joinedload, mapped_column, relationship

from .sessions import get_session

app = FastAPI()


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "authors"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    books: Mapped[list["Book"]] = relationship(back_populates="author")


class Book(Base):
    __tablename__ = "books"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))
    author: Mapped[Author] = relationship(back_populates="books")


class AuthorOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    name: str


class BookOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    title: str
    author: AuthorOut


@app.get("/authors", response_model=list[AuthorOut])
async def authors(session: AsyncSession = Depends(get_session)) -> list[Author]:
    return list((await session.scalars(select(Author))).all())


@app.get("/books", response_model=list[BookOut])
async def books(session: AsyncSession = Depends(get_session)) -> list[Book]:
    return list((await session.scalars(select(Book).options(joinedload(Book.author)))).all())
