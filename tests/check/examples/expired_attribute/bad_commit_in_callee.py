"""The callee commits; the caller reads what the commit expired."""

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Job(Base):
    __tablename__ = "jobs"

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]
    title: Mapped[str]


class Jobs:
    def __init__(self, engine: AsyncEngine) -> None:
        self.session = AsyncSession(engine)  # finds TB701

    async def __aenter__(self) -> "Jobs":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.session.close()

    async def _save(self) -> None:
        await self.session.commit()

    async def finish(self, job_id: int) -> str:
        job = await self.session.get_one(Job, job_id)
        job.state = "done"
        await self._save()
        return job.title  # finds TB202
