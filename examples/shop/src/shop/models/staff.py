"""Who works in the shop."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.models.base import Base
from shop.models.contact import Contact


class Staff(Contact, Base):
    """A member of staff; everyone but the head of the shop has a manager."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-3)
    title: Mapped[str | None]
    email: Mapped[str | None]
    birth_date: Mapped[date | None]
    hire_date: Mapped[date | None]
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)

    manager: Mapped[Staff | None] = relationship(back_populates="reports", remote_side="Staff.id")
    reports: Mapped[list[Staff]] = relationship(back_populates="manager", order_by="Staff.id")
