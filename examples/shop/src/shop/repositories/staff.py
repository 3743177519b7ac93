"""Statements about staff."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from shop.models import Staff


class StaffList:
    """The members of staff that a session sees."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, staff_id: int) -> Staff | None:
        """The member of staff with manager and reports, or None."""
        options = (joinedload(Staff.manager), selectinload(Staff.reports))
        return await self._session.get(Staff, staff_id, options=options)

    async def exists(self, staff_id: int) -> bool:
        """Whether there is such a member of staff."""
        found = await self._session.scalar(select(Staff.id).where(Staff.id == staff_id))
        return found is not None

    async def list(self) -> Sequence[Staff]:
        """All members of staff in order of their ids."""
        return (await self._session.scalars(select(Staff).order_by(Staff.id))).all()
