"""Models at the edges: very many children, very many columns, keys of three columns, a tree, long names."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

LONG = "a_name_that_is_as_long_as_postgresql_lets_an_identifier_be_1234"
WIDTH = 300


class Base(DeclarativeBase):
    """The base of these models."""


class Box(Base):
    """Holds things; is known by three columns."""

    __tablename__ = "box"

    hall: Mapped[int] = mapped_column(primary_key=True)
    shelf: Mapped[str] = mapped_column(String(20), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    things: Mapped[list[Thing]] = relationship(back_populates="box", order_by="Thing.number")


class Thing(Base):
    """A thing in a box, and maybe one that stands in its stead."""

    __tablename__ = "thing"
    __table_args__ = (
        ForeignKeyConstraint(["hall", "shelf", "place"], ["box.hall", "box.shelf", "box.place"]),
    )

    hall: Mapped[int] = mapped_column(primary_key=True)
    shelf: Mapped[str] = mapped_column(String(20), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(100))
    box: Mapped[Box] = relationship(back_populates="things")


class Node(Base):
    """One of a tree."""

    __tablename__ = "node"

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("node.id"))
    other_id: Mapped[int | None] = mapped_column(ForeignKey("node.id"))
    name: Mapped[str] = mapped_column(String(20))
    parent: Mapped[Node | None] = relationship(
        back_populates="children", remote_side=[id], foreign_keys=[parent_id]
    )
    children: Mapped[list[Node]] = relationship(
        back_populates="parent", foreign_keys=[parent_id], order_by="Node.id"
    )
    other: Mapped[Node | None] = relationship(remote_side=[id], foreign_keys=[other_id])


class Holder(Base):
    """Holds rows of many columns, by a relation of a long name."""

    __tablename__ = "holder"

    id: Mapped[int] = mapped_column(primary_key=True)


def _wide() -> dict[str, Any]:
    columns: dict[str, Any] = {f"column_{number}": mapped_column() for number in range(WIDTH)}
    annotations: dict[str, Any] = dict.fromkeys(columns, Mapped[int])
    return {"__annotations__": annotations, **columns}


_body: dict[str, Any] = {
    "__tablename__": "wide",
    "__module__": __name__,
    "id": mapped_column(primary_key=True),
    LONG: mapped_column(String(20)),
    "holder_id": mapped_column(ForeignKey("holder.id")),
    **_wide(),
}
_body["__annotations__"] |= {"id": Mapped[int], LONG: Mapped[str], "holder_id": Mapped[int]}
Wide: Any = type("Wide", (Base,), _body)
setattr(Holder, LONG, relationship(Wide, order_by=Wide.id))
