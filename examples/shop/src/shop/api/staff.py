"""Routes of staff."""

from __future__ import annotations

from fastapi import APIRouter

from shop.api.database import Reading
from shop.api.problem_responses import problems
from shop.errors import StaffMissing
from shop.repositories.staff import StaffList
from shop.schemas.number import PathKey
from shop.schemas.staff import StaffBrief, StaffRead

router = APIRouter(prefix="/staff", tags=["staff"])


@router.get("")
async def list_staff(session: Reading) -> list[StaffBrief]:
    """All members of staff."""
    return [StaffBrief.model_validate(member) for member in await StaffList(session).list()]


@router.get("/{staff_id}", responses=problems(StaffMissing))
async def read_staff(staff_id: PathKey, session: Reading) -> StaffRead:
    """A member of staff, the manager above and the reports below."""
    member = await StaffList(session).get(staff_id)
    if member is None:
        raise StaffMissing(staff_id)
    return StaffRead.model_validate(member)
