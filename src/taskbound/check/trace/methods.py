"""What methods of sessions, factories, engines, results and collections give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.check.kinds import (
    NONE,
    UNKNOWN,
    ClassRef,
    Collection,
    Constant,
    Context,
    Coroutine,
    Engine,
    Entity,
    FunctionRef,
    Kind,
    MappedAttribute,
    MethodRef,
    Option,
    Outside,
    Result,
    Row,
    Rows,
    Session,
    SessionFactory,
    Statement,
    Stream,
    TaskGroup,
    Text,
    Transaction,
    Variable,
    contained,
    element,
    is_literal,
)
from taskbound.check.trace import building, library
from taskbound.check.trace.names import COROUTINES

if TYPE_CHECKING:
    from collections.abc import Callable

    from taskbound.check.trace.events import Call
    from taskbound.check.trace.lower import Lowering

_ALL = frozenset(("all", "fetchall", "fetchmany", "partitions", "yield_per"))
_ONE = frozenset((
    "first", "one", "one_or_none", "scalar", "scalar_one", "scalar_one_or_none", "fetchone", "get",
    "get_or_404",
))  # fmt: skip
_OF_QUERY = frozenset(
    ("all", "first", "one", "one_or_none", "scalar", "get", "count", "delete", "update", "exists")
)
_NO_STATEMENT = frozenset(
    (
        "subquery",
        "cte",
        "scalar_subquery",
        "alias",
        "lateral",
        "exists",
        "compile",
        "label",
        "as_scalar",
    )
)


def given(low: Lowering, event: Call, target: MethodRef) -> Kind:
    """What a method gives, a Coroutine where it must be awaited."""
    step = _METHODS.get(type(target.receiver))
    return UNKNOWN if step is None else step(low, event, target.receiver)


def _session(low: Lowering, event: Call, session: Session) -> Kind:
    result = _of_session(low, event, session)
    if session.asynchronous and event.name in COROUTINES:
        return Coroutine(event, result)
    return result


def _of_session(low: Lowering, event: Call, session: Session) -> Kind:
    name = event.name
    if name in ("execute", "stream", "scalars", "stream_scalars", "exec"):
        return _executed(event, session)
    if name == "scalar":
        return _scalar(_executed(event, session))
    if name in ("get", "get_one"):
        return _got(event, session)
    if name in ("begin", "begin_nested"):
        return Transaction(session, nested=name == "begin_nested")
    if name == "merge":
        return _merged(event, session)
    if name == "run_sync":
        return _run_sync(low, event, session)
    if name == "query":
        return Statement(
            "query", tuple(event.args), event.node, low.source, clauses=(("query", event),)
        )
    if name in ("connection", "execution_options", "__aenter__", "start"):
        return session
    return UNKNOWN


def _executed(event: Call, session: Session) -> Kind:
    statement = event.argument(0, "statement")
    streamed = event.name.startswith("stream")
    if not isinstance(statement, Statement):
        return Result(UNKNOWN, statement=None, session=session, streamed=streamed)
    row = building.row_of(statement, session)
    scalars = event.name in ("scalars", "stream_scalars") or (
        event.name == "exec" and isinstance(row, Row) and len(row.of) == 1
    )
    return Result(
        _scalar_of(row) if scalars else row,
        statement=statement,
        session=session,
        scalars=scalars,
        streamed=streamed,
    )


def _scalar_of(row: Kind) -> Kind:
    if isinstance(row, Row):
        return row.of[0] if row.of else UNKNOWN
    return row


def _scalar(result: Kind) -> Kind:
    return _scalar_of(result.of) if isinstance(result, Result) else UNKNOWN


def _got(event: Call, session: Session) -> Kind:
    entity = event.argument(0, "entity")
    if not isinstance(entity, ClassRef):
        return UNKNOWN
    given_options = event.keywords.get("options", NONE)
    options, complete = building.options_of([given_options], [])
    return Entity(entity.cls, session=session, options=options if complete else None, made=None)


def _merged(event: Call, session: Session) -> Kind:
    merged = event.argument(0, "instance")
    return (
        Entity(merged.cls, session=session, options=()) if isinstance(merged, Entity) else UNKNOWN
    )


def _run_sync(low: Lowering, event: Call, session: Session) -> Kind:
    from taskbound.check.trace.calls import given as given_by
    from taskbound.check.trace.events import Call as Called

    target = event.argument(0, "fn")
    if not isinstance(target, FunctionRef):
        return UNKNOWN
    inner = Called(
        event.node,
        target,
        target.function.name,
        [session, *event.args[1:]],
        dict(event.keywords),
        [],
    )
    return given_by(low, inner)


def _factory(low: Lowering, event: Call, factory: SessionFactory) -> Kind:
    if event.name in ("begin", "__call__"):
        session = Session(
            how="opened", node=event.node, source=low.source, asynchronous=factory.asynchronous,
            expiring=factory.expiring, factory=factory,
        )  # fmt: skip
        if event.name == "__call__":
            return session
        return Context(
            session, asynchronous=factory.asynchronous, session=session, commits=True, closes=True
        )
    return UNKNOWN


def _engine(low: Lowering, event: Call, engine: Engine) -> Kind:
    if event.name in ("connect", "begin", "raw_connection"):
        session = Session(
            how="opened", node=event.node, source=low.source, asynchronous=engine.asynchronous,
            connection=True,
            name="connection",
        )  # fmt: skip
        return Context(
            session,
            asynchronous=engine.asynchronous,
            session=session,
            commits=event.name == "begin",
            closes=True,
        )
    if event.name == "dispose" and engine.asynchronous:
        return Coroutine(event, UNKNOWN)
    return engine if event.name in ("execution_options", "sync_engine") else UNKNOWN


def _transaction(low: Lowering, event: Call, transaction: Transaction) -> Kind:
    session = transaction.session
    if session.asynchronous and event.name in ("commit", "rollback", "close", "start"):
        return Coroutine(event, transaction if event.name == "start" else UNKNOWN)
    return UNKNOWN


def _result(low: Lowering, event: Call, result: Result) -> Kind:
    kind = _of_result(event, result)
    waits = result.streamed and event.name not in (
        "scalars",
        "mappings",
        "unique",
        "tuples",
        "columns",
        "yield_per",
    )
    return Coroutine(event, kind) if waits else kind


def _of_result(event: Call, result: Result) -> Kind:
    name = event.name
    if name in ("scalars", "unique", "tuples", "yield_per", "columns", "freeze"):
        return Result(
            _scalar_of(result.of) if name == "scalars" else result.of, statement=result.statement,
            session=result.session, scalars=result.scalars or name == "scalars",
            unique=result.unique or name == "unique",
            streamed=result.streamed,
        )  # fmt: skip
    if name == "mappings":
        return Result(
            UNKNOWN, statement=result.statement, session=result.session, unique=result.unique
        )
    if name in _ALL:
        return Rows(result.of, statement=result.statement, session=result.session)
    if name in _ONE:
        return _scalar_of(result.of) if name.startswith("scalar") else result.of
    return UNKNOWN


def _statement(low: Lowering, event: Call, statement: Statement) -> Kind:
    name = event.name
    if statement.verb == "query" and name in _OF_QUERY:
        return _queried(event, statement)
    if name == "options":
        return building.with_options(event, statement)
    if name in _NO_STATEMENT:
        return UNKNOWN
    if name in ("with_only_columns", "returning", "add_columns"):
        return _with_columns(event, statement)
    if name == "from_statement":
        return Statement(
            statement.verb, statement.entities, statement.node, statement.source, complete=statement.complete,
            clauses=(*statement.clauses, (name, event)),
        )  # fmt: skip
    return statement.extended(name, event)


def _with_columns(event: Call, statement: Statement) -> Statement:
    kept = statement.entities if event.name == "add_columns" else ()
    verb = "select" if event.name != "returning" else statement.verb
    return Statement(
        verb, (*kept, *event.args), statement.node, statement.source, options=statement.options,
        clauses=(*statement.clauses, (event.name, event)), complete=statement.complete,
    )  # fmt: skip


def _queried(event: Call, statement: Statement) -> Kind:
    began = next(statement.clause("query"), None)
    session = began.receiver if began is not None and isinstance(began.receiver, Session) else None
    row = building.row_of(statement, session)
    of = _scalar_of(row) if isinstance(row, Row) and len(row.of) == 1 else row
    if event.name == "all":
        return Rows(of, statement=statement, session=session)
    return of if event.name in _ONE else UNKNOWN


def _option(low: Lowering, event: Call, option: Option) -> Kind:
    return building.extended(event, option)


def _collection(low: Lowering, event: Call, collection: Collection) -> Kind:
    name, args = event.name, event.args
    if name in ("append", "add", "appendleft", "insert") and args:
        low.put(collection, args[-1])
    elif name == "extend" and args:
        for item, many in list(contained(args[0])):
            collection.put(item, many=many or low.loops > low.depths.get(id(collection), 0))
    elif name in ("get", "pop", "setdefault") and collection.keyed is not None:
        key = args[0].value if args and isinstance(args[0], Constant) else None
        return (
            collection.keyed.get(key, element(collection))
            if key is not None
            else element(collection)
        )
    elif name in ("pop", "popleft"):
        return element(collection)
    elif name == "items":
        row = Row((UNKNOWN, element(collection)))
        return Collection([(row, not is_literal(collection))], None, collection.node)
    elif name in ("values", "copy"):
        return collection
    return UNKNOWN


def _rows(low: Lowering, event: Call, rows: Rows) -> Kind:
    return rows.of if event.name in ("pop", "one", "first") else UNKNOWN


def _group(low: Lowering, event: Call, group: TaskGroup) -> Kind:
    return library.task(low, event) if event.name == "create_task" else UNKNOWN


def _variable(low: Lowering, event: Call, variable: Variable) -> Kind:
    return variable.of if event.name == "get" else UNKNOWN


def _text(low: Lowering, event: Call, text: Text | Constant) -> Kind:
    parts = text.parts if isinstance(text, Text) else (text,)
    if event.name == "format":
        return Text((*parts, *event.args, *event.keywords.values()), event.node, low.source)
    if event.name == "join" and event.args:
        found = tuple(item for item, _ in contained(event.args[0]))
        return Text((*parts, *(found or (UNKNOWN,))), event.node, low.source)
    if event.name == "replace":
        return _replaced(text, event) or Text((*parts, *event.args), event.node, low.source)
    return text if event.name in ("strip", "lstrip", "rstrip", "lower", "upper") else UNKNOWN


def _replaced(text: Text | Constant, event: Call) -> Constant | None:
    """`URL.replace("+asyncpg", "")` of constants."""
    values = [
        kind.value if isinstance(kind, Constant) else None for kind in (text, *event.args[:2])
    ]
    if len(values) == 3 and all(isinstance(value, str) for value in values):  # noqa: PLR2004 - the text, the old and the new
        return Constant(str(values[0]).replace(str(values[1]), str(values[2])))
    return None


def _attribute(low: Lowering, event: Call, attribute: MappedAttribute) -> Kind:
    if event.name in ("of_type", "and_", "label"):
        return attribute
    return Outside(f"sqlalchemy.expression.{event.name}()")


def _stream(low: Lowering, event: Call, stream: Stream) -> Kind:
    if event.name in ("__anext__", "asend"):
        return Coroutine(event, stream.of)
    return Coroutine(event, UNKNOWN) if event.name == "aclose" else UNKNOWN


def _function(low: Lowering, event: Call, function: FunctionRef) -> Kind:
    """`load.remote(1)`, `task.delay(session)`: wrapped by a decorator, its result is not known."""
    return UNKNOWN


_METHODS: dict[type, Callable[..., Kind]] = {
    Session: _session, SessionFactory: _factory, Engine: _engine, Transaction: _transaction, Result: _result,
    Statement: _statement, Option: _option, Collection: _collection, Rows: _rows, TaskGroup: _group,
    Text: _text, Variable: _variable,
    Constant: _text, MappedAttribute: _attribute, Stream: _stream, FunctionRef: _function,
}  # fmt: skip
