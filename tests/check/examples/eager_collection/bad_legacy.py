"""The other side's foreign key leads here, so that it is a collection without being annotated as one."""

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Integer
from sqlalchemy.ext.asyncio import AsyncAttrs
from sqlalchemy.orm import DeclarativeBase, relationship


class Base(AsyncAttrs, DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)
    posts = relationship("Post", back_populates="user", lazy="joined")  # finds TB710
    notes = relationship("Note", lazy="joined")  # finds TB710


class Post(Base):
    __tablename__ = "posts"

    id = Column(Integer, primary_key=True)
    user_id = Column(ForeignKey("users.id"))
    user = relationship("User", back_populates="posts", lazy="joined")


class Note(Base):
    __tablename__ = "notes"
    __table_args__ = (ForeignKeyConstraint(["user_id"], ["users.id"]),)

    id = Column(Integer, primary_key=True)
    user_id = Column(Integer)
