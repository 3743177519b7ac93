"""The comments are loaded; the authors of the comments are not."""

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload


class Base(DeclarativeBase):
    pass


class Badge(Base):
    __tablename__ = "badges"

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"))
    name: Mapped[str]


class Comment(Base):
    __tablename__ = "comments"

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    badges: Mapped[list[Badge]] = relationship()


class Post(Base):
    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    comments: Mapped[list[Comment]] = relationship()


async def badge_names(session: AsyncSession, post_id: int) -> set[str]:
    statement = select(Post).where(Post.id == post_id).options(selectinload(Post.comments))
    post = (await session.scalars(statement)).one()
    names: set[str] = set()
    for comment in post.comments:
        names.update(badge.name for badge in comment.badges)  # finds TB201
    return names
