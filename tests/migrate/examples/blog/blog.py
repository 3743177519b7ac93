from typing import Optional

from sqlalchemy import create_engine, delete, insert, select, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Post(Base):
    __tablename__ = "post"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    draft: Mapped[bool] = mapped_column(default=True)


class Posts:
    """Posts, on one session."""

    def __init__(self, session: Session, limit: Optional[int] = None) -> None:
        self._session = session
        self._limit = limit

    def write(self, title: str) -> Post:
        post = Post(title=title)
        self._session.add(post)
        self._session.commit()
        return post

    def publish(self, post: Post) -> None:
        self._session.execute(update(Post).where(Post.id == post.id).values(draft=False))
        self._session.commit()
        self._session.refresh(post)

    def published(self) -> list[str]:
        posts = self._session.query(Post).filter(Post.draft.is_(False)).order_by(Post.id)
        if self._limit is not None:
            posts = posts.limit(self._limit)
        return [post.title for post in posts]

    def titles(self) -> dict[int, str]:
        return {post.id: post.title for post in self._session.scalars(select(Post))}


def count(connection: Connection) -> int:
    return len(connection.execute(select(Post.id)).all())


def clear(engine: Engine) -> int:
    with engine.begin() as connection:
        before = count(connection)
        connection.execute(delete(Post))
        connection.execute(insert(Post), [{"title": "first"}])
    return before


def make(url: str) -> Engine:
    return create_engine(url)
