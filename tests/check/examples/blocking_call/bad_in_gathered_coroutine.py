import asyncio
import subprocess

from sqlalchemy.ext.asyncio import AsyncSession


async def export(path: str) -> None:
    subprocess.run(["pandoc", path], check=True)  # finds TB702


async def export_all(session: AsyncSession, paths: list[str]) -> None:
    task = asyncio.create_task(export(paths[0]))
    await asyncio.gather(task, *(export(path) for path in paths[1:]))
    for done in asyncio.as_completed([export(path) for path in paths]):
        await done
