"""lazy="subquery" runs the first query again for every collection."""

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.ext.asyncio import AsyncAttrs
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base(cls=AsyncAttrs)


class Author(Base):
    __tablename__ = "authors"

    id = Column(Integer, primary_key=True)
    books = relationship("Book", back_populates="author", lazy="subquery")  # finds TB710


class Book(Base):
    __tablename__ = "books"

    id = Column(Integer, primary_key=True)
    author_id = Column(Integer, ForeignKey("authors.id"))
    author = relationship("Author", back_populates="books")
