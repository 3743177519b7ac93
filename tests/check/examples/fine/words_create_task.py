"""create_task and add_task of a project's own services are not asyncio's."""

from rich.progress import Progress
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Project, Task


class TaskService:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def create_task(self, session: AsyncSession, project: Project) -> Task:
        task = Task(project_id=project.id)
        session.add(task)
        await session.flush()
        return task

    def add_task(self, task: Task) -> None:
        self.session.add(task)


async def start(sessions: async_sessionmaker[AsyncSession], project_id: int) -> int:
    async with sessions.begin() as session:
        service = TaskService(session)
        project = (await session.scalars(select(Project).where(Project.id == project_id))).one()
        first = await service.create_task(session, project)
        service.add_task(Task(project_id=project.id, after=first.id))
        with Progress() as progress:
            bar = progress.add_task(f"{project.id}", total=2)
            progress.advance(bar)
        return first.id
