"""What the web needs of taskbound, for any framework that speaks ASGI."""

from __future__ import annotations

from taskbound.web.commit_before_response import CommitBeforeResponse

__all__ = ["CommitBeforeResponse"]
