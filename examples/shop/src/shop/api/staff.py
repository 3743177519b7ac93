"""Routes of staff."""

from __future__ import annotations

from fastapi import APIRouter

from shop.api.database import Db
from shop.api.problem_responses import problems
from shop.errors import StaffMissing
from shop.repositories.staff import MEMBER, STAFF
from shop.schemas.number import PathKey
from shop.schemas.staff import StaffBrief, StaffRead

router = APIRouter(prefix="/staff", tags=["staff"])


@router.get("")
async def list_staff(db: Db) -> list[StaffBrief]:
    """All members of staff."""
    return await db.project(STAFF).all()


@router.get("/{staff_id}", responses=problems(StaffMissing))
async def read_staff(staff_id: PathKey, db: Db) -> StaffRead:
    """A member of staff, the manager above and the reports below."""
    return await db.project(MEMBER).get_one(staff_id)
