"""The deferred column is awaited, or refreshed by name."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncAttrs, AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(AsyncAttrs, DeclarativeBase):
    pass


class Report(Base):
    __tablename__ = "reports"

    id: Mapped[int] = mapped_column(primary_key=True)
    pages: Mapped[str] = mapped_column(deferred=True)


async def first_pages(session: AsyncSession, report_id: int) -> tuple[str, str]:
    report = (await session.scalars(select(Report).where(Report.id == report_id))).one()
    awaited = await report.awaitable_attrs.pages
    await session.refresh(report, attribute_names=["pages"])
    return awaited[:100], report.pages[:100]
