"""Rows written from DTOs, on the session's own connection and in its transaction, without entities."""

from __future__ import annotations

from taskbound.dml.session import Changes

__all__ = ["Changes"]
