"""Several functions at the same time, and all their results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from taskbound.group.call import Call

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from taskbound.group.task_group import TaskGroup


async def gathered(
    group: TaskGroup, functions: Sequence[Callable[..., Coroutine[Any, Any, Any]]]
) -> tuple[Any, ...]:
    """The results in the order of the functions; the error of the first that has failed."""
    try:
        async with group as opened:
            tasks = [opened.create_task(Call(function, (), {})) for function in functions]
    except BaseExceptionGroup as failed:
        raise _first(failed) from None
    return tuple(task.result() for task in tasks)


def _first(failed: BaseExceptionGroup[BaseException]) -> BaseException:
    """The error that came first; what the others raised while they were cancelled is noted on it."""
    first, *others = failed.exceptions
    for other in others:
        first.add_note(f"then another function of this gather() raised {other!r}")
    return first
