"""Where the children of a group get their sessions from, and how many of them at a time."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from taskbound.session import TaskSession


@dataclass(frozen=True, slots=True)
class Sessions:
    """The sessions of one group."""

    child: Callable[[], AbstractAsyncContextManager[TaskSession]]
    """A session for a child, in the block that ends it."""
    bearable: int | None
    """How many children may have one at a time; None where nothing bounds them."""
    opener: TaskSession | None = None
    """The session of the task that has opened the group, where the group gives it one."""
