"""The one error for a server that was there to be started and did not come up."""

from __future__ import annotations

# Lines of the end of a log that are enough to see why.
LINES = 20


class ServerDied(Exception):
    """Raised when a server fails, or stays silent, before it has answered once.

    :param log: all that it wrote; the error holds the end of it.
    """

    def __init__(self, log: str) -> None:
        super().__init__("\n".join(log.splitlines()[-LINES:]))
