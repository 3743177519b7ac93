"""A list called requests, an HTML helper text(), and a commit() of something else."""

from html import escape

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import AccessRequest
from .repository import Repository


def text(template: str) -> str:
    return f"<p>{template}</p>"


async def page(sessions: async_sessionmaker[AsyncSession], name: str) -> str:
    async with sessions() as session:
        requests = list(await session.scalars(select(AccessRequest).where(AccessRequest.name == name)))
    requests.sort(key=lambda each: each.id)
    return "".join(text(f"{escape(name)}: {request.reason}") for request in requests)


async def release(repository: Repository, message: str) -> None:
    repository.commit(message)
    repository.refresh()
    for branch in repository.branches():
        repository.execute(f"git push origin {branch}")
