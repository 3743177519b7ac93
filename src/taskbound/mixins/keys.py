"""Primary keys."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BigInteger, Identity, Integer, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from taskbound.mixins.uuids import uuid7


class Uuid7Key:
    """`id`, a UUID of version 7 that Python makes.

    It is known before anything is sent, unique without asking the database, and greater than those that were
    made before it, so that an index grows at its end.
    """

    id: Mapped[UUID] = mapped_column(Uuid(), primary_key=True, default=uuid7, sort_order=-1)


class IdentityKey:
    """`id`, a number that the database counts: IDENTITY, AUTO_INCREMENT, or SQLite's rowid."""

    # SQLite counts by itself in a column of the type INTEGER alone.
    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"),
        Identity(),
        primary_key=True,
        sort_order=-1,
    )
