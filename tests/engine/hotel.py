"""A hotel, whose tables have constraints of each kind."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    String,
    UniqueConstraint,
    insert,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

SECRET = "hunter2@example.org"
PRIMARY = {"postgresql": "guests_pkey", "mysql": "PRIMARY", "sqlite": None}
EMAIL = {"postgresql": "guests_email_key", "mysql": "email", "sqlite": None}
HOST = {"postgresql": "guests_host_id_fkey", "mysql": "guests_ibfk_1", "sqlite": None}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s"})


class Guest(Base):
    __tablename__ = "guests"
    __table_args__ = (
        UniqueConstraint("first", "last", name="uq_guests_name"),
        CheckConstraint("age >= 18", name="ck_guests_age"),
        Index(None, "room", "bed", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(40), unique=True)
    first: Mapped[str | None] = mapped_column(String(40))
    last: Mapped[str | None] = mapped_column(String(40))
    age: Mapped[int]
    room: Mapped[int | None]
    bed: Mapped[int | None]
    host_id: Mapped[int | None] = mapped_column(ForeignKey("guests.id"))


class Stay(Base):
    __tablename__ = "stays"
    __table_args__ = (ForeignKeyConstraint(["guest_id"], ["guests.id"], name="fk_stays_guest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    guest_id: Mapped[int]
    guest: Mapped[Guest] = relationship()


# Past the keys that the servers give.
ADA_ID = 1000
ADA = insert(Guest).values(
    id=ADA_ID, email=SECRET, first="Ada", last="Byron", age=30, room=1, bed=2
)


def guest(**values: Any) -> Guest:
    return Guest(**{"age": 30, **values})
