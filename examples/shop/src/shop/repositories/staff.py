"""Reads of staff."""

from __future__ import annotations

from sqlalchemy import select

from shop.models import Staff
from shop.schemas.staff import StaffBrief, StaffRead
from taskbound import projection

STAFF = projection(StaffBrief, select(Staff).order_by(Staff.id))
# With the manager above and the reports below.
MEMBER = projection(StaffRead, Staff)
