"""Which names of libraries the checker knows."""

from __future__ import annotations

_ROOTS = ("sqlalchemy", "sqlmodel")

SESSIONS = {
    "AsyncSession": True, "Session": False, "async_scoped_session": True, "scoped_session": False,
    "AsyncConnection": True, "Connection": False, "AsyncTransaction": True,
}  # fmt: skip
FACTORIES = {"async_sessionmaker": True, "sessionmaker": False}
ENGINES = {"AsyncEngine": True, "Engine": False}
MAKERS_OF_ENGINES = {
    "create_async_engine": True, "create_engine": False, "async_engine_from_config": True,
    "engine_from_config": False,
    "create_async_pool_from_url": True,
}  # fmt: skip
OPTIONS = frozenset((
    "selectinload", "joinedload", "subqueryload", "immediateload", "contains_eager", "lazyload", "noload",
    "raiseload",
    "defer", "undefer", "load_only", "defaultload", "undefer_group", "selectin_polymorphic",
    "with_loader_criteria",
    "with_expression",
))  # fmt: skip
RESULTS = frozenset((
    "Result", "ScalarResult", "ChunkedIteratorResult", "CursorResult", "MappingResult", "TupleResult",
))  # fmt: skip
STREAMED = frozenset(("AsyncResult", "AsyncScalarResult", "AsyncMappingResult", "AsyncTupleResult"))
SEQUENCES = frozenset((
    "list", "List", "Sequence", "set", "Set", "Iterable", "Collection", "frozenset", "FrozenSet",
    "MutableSequence",
    "AsyncIterable", "tuple", "Tuple", "deque",
))  # fmt: skip
STREAMS = frozenset(("AsyncIterator", "AsyncGenerator", "Iterator", "Generator"))
CONTEXTS = frozenset(
    (
        "AbstractAsyncContextManager",
        "AbstractContextManager",
        "AsyncContextManager",
        "ContextManager",
    )
)
DEPENDS = frozenset(("Depends", "Security", "Provide", "FromDishka", "TaskiqDepends"))

# Methods of AsyncSession and AsyncConnection that return a coroutine.
COROUTINES = frozenset((
    "execute", "scalars", "scalar", "get", "get_one", "refresh", "flush", "commit", "rollback", "close",
    "delete", "merge",
    "stream", "stream_scalars", "connection", "run_sync", "invalidate", "reset", "close_all", "exec",
    "remove",
    "exec_driver_sql", "get_raw_connection", "aclose", "start", "delete_all", "merge_all",
))  # fmt: skip


def sqlalchemy_name(path: str) -> str:
    """`AsyncSession` of `sqlalchemy.ext.asyncio.session.AsyncSession`; empty for another library's name."""
    parts = path.split(".")
    if parts[0] not in _ROOTS or not parts[1:] or "func" in parts[1:-1]:
        return ""
    return parts[-1]
