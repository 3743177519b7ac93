"""Kinds of primary keys: values that stay different on every engine, and orderable ones."""

from __future__ import annotations

import uuid

from sqlalchemy import BigInteger, Integer, String, Uuid

from tests.truth.columns import Kind

KEYS = (
    Kind("key", lambda _: Integer(), int, (1, 2, 3, 4, 5, 6, 7, -8, 2**31 - 1)),
    Kind("text_key", lambda _: String(40), str, ("a", "b", "c%", "d'", "e f", "g:x", "ü", "{h}")),
    Kind("big_key", lambda _: BigInteger(), int, (2**53 + 1, 1, 2, 3, -4, 2**63 - 1, 7, 8, 9)),
    Kind("uuid_key", lambda _: Uuid(), uuid.UUID, tuple(uuid.UUID(int=n**21) for n in range(9))),
)
