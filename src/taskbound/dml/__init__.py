"""Rows written from DTOs, on the session's own connection and in its transaction, without entities."""

from __future__ import annotations

from taskbound.dml.load import Loaded
from taskbound.dml.session import Changes
from taskbound.dml.upsert import Upserted
from taskbound.dml.upsert_load import UpsertedMany

__all__ = ["Changes", "Loaded", "Upserted", "UpsertedMany"]
