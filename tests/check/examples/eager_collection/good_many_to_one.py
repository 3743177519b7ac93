"""A joined many-to-one is one row, and a joined one-to-one too."""

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.ext.asyncio import AsyncAttrs
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(AsyncAttrs, DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "authors"

    id: Mapped[int] = mapped_column(primary_key=True)
    profile = relationship("Profile", uselist=False, back_populates="author", lazy="joined")


class Profile(Base):
    __tablename__ = "profiles"

    id = Column(Integer, primary_key=True)
    author_id = Column(Integer, ForeignKey("authors.id"))
    author = relationship("Author", back_populates="profile", lazy="joined")


class Book(Base):
    __tablename__ = "books"

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))
    author: Mapped[Author] = relationship(lazy="joined")
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("authors.id"))
    editor: Mapped[Author | None] = relationship(foreign_keys=[editor_id], lazy="joined")
