"""Work at the same time: each task with a session of its own, and no more tasks than the pool can bear."""

from __future__ import annotations

from taskbound.group.call import Call, call
from taskbound.group.concurrent import Concurrent
from taskbound.group.groups import Groups
from taskbound.group.task_group import TaskGroup

__all__ = ["Call", "Concurrent", "Groups", "TaskGroup", "call"]
