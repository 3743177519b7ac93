"""Health over the wire."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel


class Connections(BaseModel):
    """The connections of this process to the database."""

    size: int
    checked_out: int
    idle: int


class Health(BaseModel):
    """The shop answers, and so does its database."""

    status: Literal["ok"] = "ok"
    database_seconds: float
    connections: Connections
