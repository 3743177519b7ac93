"""When a row was made, and when it was last changed."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Mapped, mapped_column

from taskbound.mixins.utc import Utc, now


class Timestamps:
    """`created_at` and `updated_at`, in UTC and with their zone.

    They are set by Python, with every INSERT and UPDATE of the session, ORM statements included. So an object
    has them after a flush without another round trip, on every database; nothing expires, and nothing has
    to be loaded later. SQL that is written past the models sets neither.
    """

    created_at: Mapped[dt.datetime] = mapped_column(Utc(), default=now, sort_order=900)
    updated_at: Mapped[dt.datetime] = mapped_column(
        Utc(), default=now, onupdate=now, sort_order=901
    )
