"""The one error for an engine that this machine cannot provide."""

from __future__ import annotations


class EngineMissing(Exception):
    """Raised when an engine is neither named by the environment nor obtainable on this machine.

    :param engine: the engine's name as people write it, such as `MariaDB`.
    :param reason: everything that was tried, in one line.
    """

    def __init__(self, engine: str, reason: str) -> None:
        super().__init__(engine, reason)
        self.engine = engine
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.engine} is missing: {self.reason}"
