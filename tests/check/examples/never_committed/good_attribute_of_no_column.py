"""What a callee sets on an object for the answer is no column, and nothing is to be written."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

router = APIRouter()
sessions = async_sessionmaker(expire_on_commit=False)


class Base(DeclarativeBase):
    pass


class File(Base):
    __tablename__ = "files"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


async def get_db() -> AsyncIterator[AsyncSession]:
    async with sessions() as session:
        yield session


async def labelled(db: AsyncSession) -> list[File]:
    files = list((await db.execute(select(File))).scalars().all())
    for file in files:
        file.label = file.name.upper()
    return files


@router.get("/files")
async def files(db: Annotated[AsyncSession, Depends(get_db)]) -> list[str]:
    return [file.label for file in await labelled(db)]
