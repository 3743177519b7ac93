"""`Repository` and `Service`: what can be asked of the rows of one class, and the rules around it.

They are thin over `session.project`, `insert`, `update` and `delete`. Nothing needs them, and both styles
can be mixed in one session.
"""

from __future__ import annotations

from taskbound.repository.options import Options
from taskbound.repository.repository import Repository
from taskbound.repository.service import Service

__all__ = ["Options", "Repository", "Service"]
