"""Requests that were answered, so that a repeat gets the same answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import Mapped, mapped_column

from shop.models.base import Base
from shop.models.moment import now

# MariaDB compares text without looking at case; "a" and "A" are two keys.
KEY = String(100).with_variant(mysql.VARCHAR(100, collation="utf8mb4_bin"), "mysql")


class IdempotencyKey(Base):
    """A key that a client chose for one request.

    It is the first row that the request's transaction writes: of two equal requests at the same time
    one waits here, before it has locked anything else, until the other has committed.
    """

    __tablename__ = "idempotency_keys"

    key: Mapped[str] = mapped_column(KEY, primary_key=True)
    # SHA-256 of the request, in hexadecimal: a repeat has the same one.
    digest: Mapped[str] = mapped_column(String(64))
    claimed_at: Mapped[datetime] = mapped_column(default=now)
