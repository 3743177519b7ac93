"""What a value is by its annotation."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from taskbound.check.index.facts import Assigned, ClassFacts, FunctionFacts, ModuleFacts, last_name
from taskbound.check.index.project import expression
from taskbound.check.kinds import (
    NONE,
    UNKNOWN,
    ClassRef,
    Constant,
    Context,
    Engine,
    Entity,
    FunctionRef,
    Instance,
    Kind,
    Outside,
    Parameter,
    Provided,
    Result,
    Rows,
    Session,
    SessionFactory,
    Stream,
    TaskGroup,
    Variable,
)
from taskbound.check.trace import names
from taskbound.check.trace.names import sqlalchemy_name
from taskbound.check.trace.rooting import rerooted

if TYPE_CHECKING:
    from taskbound.check.source import Source
    from taskbound.check.trace.world import World

_DEEPEST = 8


class Home:
    """Where a value lives that its annotation tells of: a parameter, an attribute, a module's name."""

    __slots__ = ("how", "name", "node", "owner", "path", "source")

    def __init__(
        self,
        *,
        how: str,
        name: str,
        node: ast.AST,
        source: Source,
        path: tuple[str, ...] | None = None,
        owner: object = None,
    ) -> None:
        self.how: str = how
        self.name: str = name
        self.node: ast.AST = node
        self.source: Source = source
        self.path: tuple[str, ...] | None = path
        self.owner: object = owner

    def session(
        self, *, asynchronous: bool, connection: bool = False, scoped: bool = False
    ) -> Session:
        return Session(
            how=self.how, node=self.node, source=self.source, asynchronous=asynchronous,
            connection=connection,
            scoped=scoped, name=self.name, path=self.path, owner=self.owner,
        )  # fmt: skip

    def factory(self, *, asynchronous: bool, callable: bool = False) -> SessionFactory:  # noqa: A002 - the word of its annotation
        return SessionFactory(
            asynchronous=asynchronous,
            expiring=None,
            node=self.node,
            source=self.source,
            path=self.path,
            owner=self.owner,
            callable=callable,
        )

    def better(self, value: Kind, written: Kind) -> Kind:
        """The value as it was seen, or as it is annotated where that says more."""
        if value in (UNKNOWN, NONE) or isinstance(value, (Parameter, Constant, Provided)):
            return value if written is UNKNOWN or isinstance(written, Parameter) else written
        if isinstance(value, Outside) and isinstance(
            written, (Session, SessionFactory, Engine, Entity, Rows, Instance, Variable)
        ):
            return written
        return value

    def settled(self, kind: Kind) -> Kind:
        """A session that is opened at module level is a global one."""
        if isinstance(kind, Session) and self.how == "global" and kind.how == "opened":
            kind.how = "global"
            kind.name = self.name
        return kind


def says_little(kind: Kind) -> bool:
    """May an annotation say more of a value than was seen of it?"""
    return kind in (UNKNOWN, NONE) or isinstance(kind, (Parameter, Constant, Provided, Outside))


def annotated(
    world: World, node: ast.expr, module: ModuleFacts, home: Home, depth: int = 0
) -> Kind:
    """The kind of a value with this annotation; UNKNOWN where it says nothing to the checker."""
    if depth > _DEEPEST:
        return UNKNOWN
    if isinstance(node, ast.Constant):
        inner = expression(node.value) if isinstance(node.value, str) else None
        return annotated(world, inner, module, home, depth + 1) if inner else UNKNOWN
    if isinstance(node, (ast.Name, ast.Attribute)):
        return _named(world, world.project.dotted(module, node), home, depth, last_name(node))
    if isinstance(node, ast.BinOp):
        return _first_known(world, (node.left, node.right), module, home, depth)
    if isinstance(node, ast.Subscript):
        return _subscripted(world, node, module, home, depth)
    return UNKNOWN


def _first_known(
    world: World, nodes: tuple[ast.expr, ...], module: ModuleFacts, home: Home, depth: int
) -> Kind:
    kinds = [annotated(world, node, module, home, depth + 1) for node in nodes]
    known = [kind for kind in kinds if kind is not UNKNOWN and not isinstance(kind, Parameter)]
    if not known:
        return UNKNOWN
    first = known[0]
    if isinstance(first, Session):
        first.mixed = any(
            isinstance(kind, Session) and kind.asynchronous is not first.asynchronous
            for kind in known
        )
    return first


def _named(world: World, symbol: object, home: Home, depth: int, written: str) -> Kind:
    if isinstance(symbol, str):
        return _of_library(symbol, home)
    if isinstance(symbol, ClassFacts):
        return of_class(world, symbol, home)
    if isinstance(symbol, Assigned):
        return _alias(world, symbol, home, depth)
    return UNKNOWN


def _alias(world: World, alias: Assigned, home: Home, depth: int) -> Kind:
    value = alias.values[-1] if alias.values else None
    if isinstance(value, ast.Call) and last_name(value) == "TypeVar":
        bound = next((keyword.value for keyword in value.keywords if keyword.arg == "bound"), None)
        return annotated(world, bound, alias.module, home, depth + 1) if bound else UNKNOWN
    if isinstance(value, ast.Call) and last_name(value) == "NewType" and len(value.args) > 1:
        value = value.args[1]
    return annotated(world, value, alias.module, home, depth + 1) if value is not None else UNKNOWN


def _of_library(path: str, home: Home) -> Kind:
    name = sqlalchemy_name(path)
    if name in names.SESSIONS:
        return home.session(
            asynchronous=names.SESSIONS[name],
            connection="Connection" in name,
            scoped="scoped" in name,
        )
    if name in names.FACTORIES:
        return home.factory(asynchronous=names.FACTORIES[name])
    if name in names.ENGINES:
        return Engine(
            asynchronous=names.ENGINES[name],
            node=home.node,
            source=home.source,
            path=home.path,
            owner=home.owner,
        )
    if name in names.RESULTS or name in names.STREAMED:
        return Result(UNKNOWN, statement=None, session=None, streamed=name in names.STREAMED)
    if path in ("asyncio.TaskGroup", "asyncio.taskgroups.TaskGroup", "anyio.abc.TaskGroup"):
        return TaskGroup(home.node)
    return (
        UNKNOWN
        if path.startswith(("builtins.", "typing.", "collections."))
        else Outside(f"{path}()")
    )


def of_class(world: World, cls: ClassFacts, home: Home) -> Kind:
    """An object of a project's class."""
    if world.project.mapped(cls) is not None:
        return Entity(cls)
    for base in world.project.mro(cls):
        if isinstance(base, str) and sqlalchemy_name(base) in names.SESSIONS:
            return _of_library(base, home)
        if isinstance(base, str) and sqlalchemy_name(base) in names.FACTORIES:
            return _of_library(base, home)
    shape = world.shape(cls)
    return shape.instance(home.path, home.owner, home)


def _subscripted(
    world: World, node: ast.Subscript, module: ModuleFacts, home: Home, depth: int
) -> Kind:
    outer = last_name(node.value)
    arguments = list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]
    inner = arguments[0] if arguments else None
    if inner is None:
        return UNKNOWN
    if outer == "Annotated":
        return _with_metadata(world, arguments, module, home, depth)
    if outer in ("Optional", "Union"):
        return _first_known(world, tuple(arguments), module, home, depth)
    if outer in (
        "ClassVar",
        "Final",
        "Mapped",
        "FromDishka",
        "Required",
        "NotRequired",
        "Inject",
        "TypeAlias",
    ):
        return annotated(world, inner, module, home, depth + 1)
    contained = _container(world, outer, inner, arguments, module, home, depth)
    if contained is not None:
        return contained
    symbol = world.project.dotted(module, node.value)
    if isinstance(symbol, ClassFacts):  # `Repo[User]`
        return of_class(world, world.generics.made(symbol, node, module), home)
    return annotated(world, node.value, module, home, depth + 1)


def _container(
    world: World,
    outer: str,
    inner: ast.expr,
    arguments: list[ast.expr],
    module: ModuleFacts,
    home: Home,
    depth: int,
) -> Kind | None:
    if outer in ("type", "Type"):
        of = annotated(world, inner, module, home, depth + 1)
        return ClassRef(of.cls) if isinstance(of, (Entity, Instance)) else UNKNOWN
    if outer == "Callable":
        of = annotated(world, arguments[-1], module, home, depth + 1)
        return (
            home.factory(asynchronous=of.asynchronous, callable=True)
            if isinstance(of, (Session, Context))
            else UNKNOWN
        )
    if outer == "ContextVar":
        of = annotated(world, inner, module, home, depth + 1)
        return Variable(of) if isinstance(of, (Session, Instance)) else UNKNOWN
    if outer in names.CONTEXTS or outer in names.STREAMS:
        return _given(world, outer, inner, module, home, depth)
    if outer in names.RESULTS or outer in names.STREAMED:
        of = annotated(world, inner, module, home, depth + 1)
        return Result(
            of,
            statement=None,
            session=None,
            scalars="Scalar" in outer,
            streamed=outer in names.STREAMED,
        )
    if outer in names.SEQUENCES:
        of = annotated(world, inner, module, home, depth + 1)
        return Rows(of) if isinstance(of, (Entity, Instance)) else UNKNOWN
    return None


def _given(
    world: World, outer: str, inner: ast.expr, module: ModuleFacts, home: Home, depth: int
) -> Kind:
    of = annotated(world, inner, module, home, depth + 1)
    if outer in names.CONTEXTS:
        return Context(
            of, asynchronous="Async" in outer, session=of if isinstance(of, Session) else None
        )
    return Stream(of, asynchronous="Async" in outer, call=None)


def _with_metadata(
    world: World, arguments: list[ast.expr], module: ModuleFacts, home: Home, depth: int
) -> Kind:
    kind = annotated(world, arguments[0], module, home, depth + 1)
    for marker in arguments[1:]:
        if isinstance(marker, ast.Call) and last_name(marker) in names.DEPENDS:
            return provided(world, kind, marker, module, home)
    return kind


def provided(world: World, kind: Kind, marker: ast.Call, module: ModuleFacts, home: Home) -> Kind:
    """A value with the provider that `Depends(get_db)` names put to it."""
    symbol = world.project.dotted(module, marker.args[0]) if marker.args else None
    if isinstance(symbol, ClassFacts) and kind is UNKNOWN:
        return of_class(world, symbol, home)
    if not isinstance(symbol, FunctionFacts):
        return _from_value(world, kind, symbol, home)
    given = _given_by(world, symbol)
    if isinstance(kind, Instance) and isinstance(given, Instance):
        return rerooted(given, home.path, home.owner, {})  # with the sessions of its providers
    if kind is UNKNOWN or isinstance(kind, (Parameter, Outside)):
        kind = _renewed(given, home)
    if isinstance(kind, Session):
        kind.provider = symbol
        if isinstance(given, Session):
            kind.expiring = given.expiring
            kind.factory = given.factory
    return kind


def _from_value(world: World, kind: Kind, symbol: object, home: Home) -> Kind:
    value = world.kind_of(symbol) if isinstance(symbol, Assigned) else UNKNOWN
    if isinstance(value, SessionFactory):  # Depends(SessionLocal)
        session = home.session(asynchronous=value.asynchronous)
        session.expiring = value.expiring
        session.factory = value
        return session
    if isinstance(value, FunctionRef):
        return kind
    return kind


def _given_by(world: World, function: FunctionFacts) -> Kind:
    given = world.yielded(function)
    return world.returned(function) if given is UNKNOWN else given


def _renewed(kind: Kind, home: Home) -> Kind:
    if isinstance(kind, Session):
        return home.session(
            asynchronous=kind.asynchronous, connection=kind.connection, scoped=kind.scoped
        )
    if isinstance(kind, SessionFactory):
        return kind
    if isinstance(kind, Instance):
        return rerooted(kind, home.path, home.owner, {})
    return kind if isinstance(kind, (Entity, Rows)) else UNKNOWN
