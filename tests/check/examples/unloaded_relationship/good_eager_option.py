"""selectinload names what is read."""

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    posts: Mapped[list["Post"]] = relationship(back_populates="author")


class Post(Base):
    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    author: Mapped[User] = relationship(back_populates="posts")


WITH_POSTS = (selectinload(User.posts),)


async def titles(session: AsyncSession, name: str) -> list[str]:
    user = (await session.execute(select(User).where(User.name == name).options(*WITH_POSTS))).scalar_one()
    return [post.title for post in user.posts]


async def titles_of(session: AsyncSession, user_id: int) -> list[str]:
    user = await session.get_one(User, user_id, options=[selectinload(User.posts)])
    return [post.title for post in user.posts]
