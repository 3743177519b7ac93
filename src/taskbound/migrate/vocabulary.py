"""What is known of SQLAlchemy's two faces, and of the libraries around it: the table of the migration."""

from __future__ import annotations

from typing import NamedTuple


class New(NamedTuple):
    """What a name of the synchronous face is called on the asynchronous one."""

    module: str
    name: str


_ASYNCIO = "sqlalchemy.ext.asyncio"

SESSIONS = frozenset(
    {
        "sqlalchemy.orm.Session",
        "sqlalchemy.orm.session.Session",
        "sqlmodel.Session",
        "sqlmodel.orm.session.Session",
    }
)
FACTORIES = frozenset({"sqlalchemy.orm.sessionmaker", "sqlalchemy.orm.session.sessionmaker"})
SCOPED = frozenset({"sqlalchemy.orm.scoped_session", "sqlalchemy.orm.scoping.scoped_session"})
MAKERS = frozenset(
    {
        "sqlalchemy.create_engine",
        "sqlalchemy.engine.create_engine",
        "sqlalchemy.engine.create.create_engine",
        "sqlmodel.create_engine",
    }
)
ENGINES = frozenset(
    {"sqlalchemy.Engine", "sqlalchemy.engine.Engine", "sqlalchemy.engine.base.Engine"}
)
CONNECTIONS = frozenset(
    {"sqlalchemy.Connection", "sqlalchemy.engine.Connection", "sqlalchemy.engine.base.Connection"}
)
QUERIES = frozenset({"sqlalchemy.orm.Query", "sqlalchemy.orm.query.Query"})
SELECTS = frozenset(
    {
        "sqlalchemy.select",
        "sqlalchemy.future.select",
        "sqlalchemy.sql.select",
        "sqlalchemy.sql.expression.select",
        "sqlmodel.select",
        "sqlmodel.sql.expression.select",
    }
)
ALIASED = frozenset({"sqlalchemy.orm.aliased", "sqlalchemy.orm.with_polymorphic"})
LISTENERS = frozenset(
    {
        "sqlalchemy.event.listen",
        "sqlalchemy.event.listens_for",
        "sqlalchemy.event.remove",
        "sqlalchemy.event.contains",
    }
)

_SQLMODEL_SESSION = New("sqlmodel.ext.asyncio.session", "AsyncSession")
RENAMED: dict[str, New] = {
    **{
        name: _SQLMODEL_SESSION if name.startswith("sqlmodel") else New(_ASYNCIO, "AsyncSession")
        for name in SESSIONS
    },
    **dict.fromkeys(FACTORIES, New(_ASYNCIO, "async_sessionmaker")),
    **dict.fromkeys(SCOPED, New(_ASYNCIO, "async_scoped_session")),
    **dict.fromkeys(MAKERS, New(_ASYNCIO, "create_async_engine")),
    **dict.fromkeys(ENGINES, New(_ASYNCIO, "AsyncEngine")),
    **dict.fromkeys(CONNECTIONS, New(_ASYNCIO, "AsyncConnection")),
    **dict.fromkeys(QUERIES, New("sqlalchemy", "Select")),
    "sqlalchemy.pool.QueuePool": New("sqlalchemy.pool", "AsyncAdaptedQueuePool"),
    "sqlalchemy.QueuePool": New("sqlalchemy.pool", "AsyncAdaptedQueuePool"),
}

# What a session or a connection has to be awaited for.
SESSION_AWAITS = frozenset(
    {
        "close",
        "close_all",
        "commit",
        "connection",
        "delete",
        "exec",
        "execute",
        "flush",
        "get",
        "get_one",
        "invalidate",
        "merge",
        "refresh",
        "remove",
        "reset",
        "rollback",
        "scalar",
        "scalars",
    }
)
# What AsyncSession does not have, and what is run on the synchronous session inside it.
SESSION_INSIDE = frozenset({"bulk_insert_mappings", "bulk_save_objects", "bulk_update_mappings"})
CONNECTION_AWAITS = frozenset(
    {
        "close",
        "commit",
        "exec_driver_sql",
        "execute",
        "execution_options",
        "invalidate",
        "rollback",
        "scalar",
        "scalars",
    }
)
TRANSACTION_AWAITS = frozenset({"close", "commit", "rollback", "start"})
# What opens a block that is entered with `async with`.
BLOCKS = frozenset({"begin", "begin_nested", "begin_twophase", "connect"})
# Methods of `metadata` that do I/O on what they are given.
SCHEMA = frozenset({"create_all", "drop_all", "reflect"})

# Methods of Query that Select has too, by the name that it has them under.
QUERY_LINKS: dict[str, str] = {
    "filter": "where",
    "with_entities": "with_only_columns",
    **{
        name: name
        for name in (
            "add_columns",
            "correlate",
            "cte",
            "distinct",
            "execution_options",
            "filter_by",
            "group_by",
            "having",
            "join",
            "join_from",
            "limit",
            "offset",
            "options",
            "order_by",
            "outerjoin",
            "outerjoin_from",
            "params",
            "prefix_with",
            "scalar_subquery",
            "select_from",
            "slice",
            "subquery",
            "suffix_with",
            "where",
            "with_for_update",
            "with_hint",
            "with_statement_hint",
        )
    },
}
# After these a query is no query any more.
QUERY_PARTS = frozenset({"cte", "exists", "scalar_subquery", "subquery"})
QUERY_TERMINALS = frozenset(
    {"all", "count", "delete", "first", "get", "one", "one_or_none", "scalar", "update"}
)
QUERY_METHODS = frozenset(QUERY_LINKS) | QUERY_TERMINALS | QUERY_PARTS

# Calls of these sort, count or gather what a generator gives, so that a list does as well.
CONSUMERS = frozenset(
    {"all", "any", "dict", "frozenset", "list", "max", "min", "set", "sorted", "sum", "tuple"}
)
# Decorators and calls that take a coroutine function for a function.
TAKES_COROUTINE_FUNCTIONS = (
    "fastapi.",
    "starlette.",
    "litestar.",
    "typing.",
    "functools.wraps",
    "functools.update_wrapper",
    "inspect.",
    "asyncio.",
    "pytest.",
    "pytest_asyncio.",
    "builtins.staticmethod",
    "builtins.classmethod",
    "builtins.isinstance",
    "abc.abstractmethod",
    "contextlib.",
    "tenacity.",
)
CONTEXT_MANAGERS: dict[str, New] = {
    "contextlib.contextmanager": New("contextlib", "asynccontextmanager")
}
GENERATORS: dict[str, str] = {
    "Generator": "AsyncGenerator",
    "Iterator": "AsyncIterator",
    "Iterable": "AsyncIterable",
}

# The asynchronous driver for what a URL begins with. psycopg (3) serves both faces under one name.
DRIVERS: dict[str, str] = {
    "postgresql+psycopg2://": "postgresql+asyncpg://",
    "postgresql+pg8000://": "postgresql+asyncpg://",
    "postgresql://": "postgresql+asyncpg://",
    "postgres://": "postgresql+asyncpg://",
    "sqlite+pysqlite://": "sqlite+aiosqlite://",
    "sqlite://": "sqlite+aiosqlite://",
    "mysql+pymysql://": "mysql+aiomysql://",
    "mysql+mysqldb://": "mysql+aiomysql://",
    "mysql+mysqlconnector://": "mysql+aiomysql://",
    "mysql://": "mysql+aiomysql://",
    "mariadb+pymysql://": "mariadb+aiomysql://",
    "mariadb+mysqldb://": "mariadb+aiomysql://",
    "mariadb://": "mariadb+aiomysql://",
}
ASYNC_DRIVERS = frozenset(
    {"aiomysql", "aiosqlite", "asyncmy", "asyncpg", "psycopg", "psycopg_async"}
)
