"""A blog: rows that lie in others, and the DTOs that they are written from and read into."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated
from uuid import UUID, uuid4

from pydantic import BaseModel
from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from taskbound import From


class Base(DeclarativeBase):
    pass


post_tags = Table(
    "post_tags",
    Base.metadata,
    Column("post_id", ForeignKey("posts.id"), primary_key=True),
    Column("tag_id", ForeignKey("tags.id"), primary_key=True),
    Column("weight", Integer, nullable=False, default=3),
)


class Author(Base):
    __tablename__ = "authors"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20), unique=True)
    posts: Mapped[list[Post]] = relationship(back_populates="author", order_by="Post.id")
    account: Mapped[Account | None] = relationship()


class Account(Base):
    """Of one author."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))
    login: Mapped[str] = mapped_column(String(20))


class Post(Base):
    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))
    title: Mapped[str] = mapped_column(String(20))
    author: Mapped[Author] = relationship(back_populates="posts")
    comments: Mapped[list[Comment]] = relationship(order_by="Comment.id")
    tags: Mapped[list[Tag]] = relationship(secondary=post_tags, order_by="Tag.id")
    seen: Mapped[list[Tag]] = relationship(secondary=post_tags, viewonly=True)


class Tag(Base):
    __tablename__ = "tags"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20), unique=True)


class Comment(Base):
    """Has a key that Python makes, and comments of its own."""

    __tablename__ = "comments"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(default=uuid4, unique=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"))
    parent_uid: Mapped[UUID | None] = mapped_column(ForeignKey("comments.uid"))
    text: Mapped[str] = mapped_column(String(20))
    answers: Mapped[list[Comment]] = relationship(order_by="Comment.id")


class Pet(Base):
    """A table for each class."""

    __tablename__ = "pets"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("owners.id"))

    __mapper_args__ = {"polymorphic_on": kind, "polymorphic_identity": "pet"}


class Dog(Pet):
    __tablename__ = "dogs"

    id: Mapped[int] = mapped_column(ForeignKey("pets.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(20))

    __mapper_args__ = {"polymorphic_identity": "dog"}


class Owner(Base):
    __tablename__ = "owners"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20))
    dogs: Mapped[list[Dog]] = relationship(order_by="Dog.id")


@dataclass
class NewAnswer:
    text: str


@dataclass
class NewComment:
    text: str
    answers: list[NewAnswer] = field(default_factory=list)


class NewTag(BaseModel):
    name: str


@dataclass
class NewPost:
    title: str
    comments: list[NewComment] = field(default_factory=list)
    tags: list[NewTag] = field(default_factory=list)
    tag_ids: Annotated[list[int] | None, From("tags.id")] = None


@dataclass
class NewAccount:
    login: str


@dataclass
class NewAuthor:
    name: str
    posts: list[NewPost] = field(default_factory=list)
    account: NewAccount | None = None


@dataclass
class PostOfAuthor:
    title: str
    author: NewAuthor


@dataclass
class NewDog:
    name: str


@dataclass
class NewOwner:
    name: str
    dogs: list[NewDog]


class Key(BaseModel):
    id: int


class Texts(BaseModel):
    text: str
    answers: list[Text]


class Text(BaseModel):
    text: str


class Titles(BaseModel):
    title: str
    comments: list[Texts]
    tags: list[NewTag]


class Written(BaseModel):
    id: int
    name: str
    posts: list[Titles]


def two_authors() -> list[NewAuthor]:
    return [
        NewAuthor(
            "Ada",
            [
                NewPost("a", [NewComment("1", [NewAnswer("1.1")]), NewComment("2")]),
                NewPost("b", tags=[NewTag(name="new")], tag_ids=[2, 1]),
            ],
            NewAccount("ada"),
        ),
        NewAuthor("Bob", [NewPost("c", [NewComment("3", [NewAnswer("3.1")])], tag_ids=[2])]),
    ]


ADA = Written.model_validate(
    {
        "id": 1,
        "name": "Ada",
        "posts": [
            {
                "title": "a",
                "comments": [
                    {"text": "1", "answers": [{"text": "1.1"}]},
                    {"text": "2", "answers": []},
                ],
                "tags": [],
            },
            {
                "title": "b",
                "comments": [],
                "tags": [{"name": "one"}, {"name": "two"}, {"name": "new"}],
            },
        ],
    }
)
BOB = Written.model_validate(
    {
        "id": 2,
        "name": "Bob",
        "posts": [
            {
                "title": "c",
                "comments": [{"text": "3", "answers": [{"text": "3.1"}]}],
                "tags": [{"name": "two"}],
            }
        ],
    }
)
