"""Two calls of a library run at once on one session."""

import asyncio

from fastcrud import FastCRUD
from sqlalchemy.ext.asyncio import AsyncSession

from .models import Post, Tag

posts = FastCRUD(Post)
tags = FastCRUD(Tag)


async def page(db: AsyncSession, author: int) -> tuple[object, object]:
    found, said = await asyncio.gather(  # finds TB101
        posts.get_multi(db, author=author), tags.get_multi(db=db, author=author)
    )
    return found, said


async def page_one_by_one(db: AsyncSession, author: int) -> tuple[object, object]:
    return await posts.get_multi(db, author=author), await tags.get_multi(db=db, author=author)
