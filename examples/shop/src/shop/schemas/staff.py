"""Staff over the wire."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel


class StaffBrief(BaseModel):
    """A member of staff inside of another."""

    id: int
    name: str
    title: str | None


class StaffRead(StaffBrief):
    """A member of staff, the manager above and the reports below."""

    email: str | None
    hire_date: date | None
    manager: StaffBrief | None
    reports: list[StaffBrief]
