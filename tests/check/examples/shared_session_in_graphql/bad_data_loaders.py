"""The batches of two loaders run in tasks of their own, on one session."""

from functools import partial

from aiodataloader import DataLoader as Loader
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from strawberry.dataloader import DataLoader

from .models import Post, User


async def load_users(session: AsyncSession, keys: list[int]) -> list[User]:
    return list((await session.scalars(select(User).where(User.id.in_(keys)))).all())


class Loaders:
    def __init__(self, session: AsyncSession) -> None:
        async def load_posts(keys: list[int]) -> list[Post]:
            return list((await session.scalars(select(Post).where(Post.id.in_(keys)))).all())

        self.users = DataLoader(load_fn=partial(load_users, session))  # finds TB101
        self.posts = DataLoader(load_fn=load_posts)  # finds TB101
        self.again = DataLoader(load_fn=lambda keys: load_users(session, keys))  # finds TB101


class PostLoader(Loader[int, Post]):
    def __init__(self, session: AsyncSession) -> None:
        super().__init__()
        self.session = session

    async def batch_load_fn(self, keys: list[int]) -> list[Post]:
        return list((await self.session.scalars(select(Post).where(Post.id.in_(keys)))).all())


def loader(session: AsyncSession) -> PostLoader:
    return PostLoader(session)  # finds TB101
