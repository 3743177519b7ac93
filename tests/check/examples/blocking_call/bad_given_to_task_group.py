"""A function that is given to a task group blocks in itself, and is told of there: not where it is given."""

import subprocess

import anyio
from anyio.abc import TaskGroup, TaskStatus
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker


async def serve(sessions: async_sessionmaker[AsyncSession], path: str, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
    subprocess.run(["pandoc", path], check=True)  # finds TB702
    task_status.started()


class Worker:
    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self.sessions = sessions
        self.group: TaskGroup | None = None

    async def run(self, path: str) -> None:
        async with anyio.create_task_group() as group:
            self.group = group
            await group.start(serve, self.sessions, path)
            await self.add(path)

    async def add(self, path: str) -> None:
        if self.group is None:
            raise RuntimeError("the worker is not started")
        self.group.start_soon(serve, self.sessions, path)
        await self.group.start(serve, self.sessions, path)
