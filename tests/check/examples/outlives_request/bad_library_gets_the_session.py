"""What a library does with the session is not seen, but it has it after the response."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends
from fastcrud import FastCRUD
from shared_sessions import SessionDependency
from sqlalchemy.ext.asyncio import AsyncSession

from .models import Post
from .sessions import get_session

router = APIRouter()
PostCrud = FastCRUD[Post]
posts = PostCrud(Post)


async def rename(db: AsyncSession, post_id: int, title: str) -> None:
    await posts.update(db=db, object={"title": title}, id=post_id)


@router.put("/posts/{post_id}")
async def update(post_id: int, title: str, db: Annotated[AsyncSession, Depends(get_session)]) -> None:
    asyncio.create_task(posts.update(db=db, object={"title": title}, id=post_id))  # finds TB716


@router.patch("/posts/{post_id}")
async def patch(post_id: int, title: str, db: AsyncSession = Depends(SessionDependency(key="main"))) -> None:
    asyncio.create_task(rename(db, post_id, title))  # finds TB716
