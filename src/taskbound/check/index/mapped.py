"""Columns and relationships of a mapped class, as its source declares them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from taskbound.check.index.facts import Assigned, ClassFacts, FunctionFacts, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check.index.project import Project

_BASES = frozenset((
    "DeclarativeBase", "DeclarativeBaseNoMeta", "declarative_base", "automap_base", "as_declarative",
    "AsyncAttrs",
    "MappedAsDataclass", "Model", "UUIDBase", "UUIDAuditBase", "UUIDv6Base", "UUIDv6AuditBase", "UUIDv7Base",
    "UUIDv7AuditBase", "BigIntBase", "BigIntAuditBase", "NanoIDBase", "NanoIDAuditBase",
    "CommonTableAttributes",
    "SQLModel",
))  # fmt: skip
_COLUMNS = frozenset(
    ("mapped_column", "Column", "deferred", "column_property", "query_expression", "Field")
)
_RELATIONSHIPS = frozenset(("relationship", "Relationship", "dynamic_loader"))
_MANY = frozenset((
    "list", "List", "set", "Set", "Sequence", "Collection", "Iterable", "MutableSequence", "dict", "Dict",
    "MutableMapping",
    "tuple", "Tuple", "FrozenSet", "frozenset", "KeyFuncDict", "AppenderQuery", "InstrumentedList",
))  # fmt: skip
_OPTIONAL = frozenset(("Optional", "Union"))


class ColumnFacts:
    """A mapped column. `keywords` are its constructor's, as written; `call` None where only `Mapped[...]`
    is there.
    """

    __slots__ = ("annotation", "call", "cls", "keywords", "name", "node")

    def __init__(
        self,
        name: str,
        cls: ClassFacts,
        node: ast.AST,
        call: ast.Call | None,
        annotation: ast.expr | None,
    ) -> None:
        self.name: str = name
        self.cls: ClassFacts = cls  # which may be a mixin
        self.node: ast.AST = node
        column = _of_field(call) if call is not None else None
        self.call: ast.Call | None = column or call
        self.annotation: ast.expr | None = annotation
        self.keywords: dict[str, ast.expr] = _keywords(call)
        if column is not None:
            self.keywords.update(_keywords(column))
        self.keywords.update(_entries(self.keywords.get("sa_column_kwargs")))

    @property
    def deferred(self) -> bool:
        """Is it left out of a plain select?"""
        called = last_name(self.call) if self.call else ""
        return called == "deferred" or _constant(self.keywords.get("deferred")) is True

    @property
    def primary_key(self) -> bool:
        return _constant(self.keywords.get("primary_key")) is True


class RelationshipFacts:
    """A relationship. `target` None: not found in the project. `many`: a collection. `lazy`: its strategy,
    "select" if not given, None where it can't be read.
    """

    __slots__ = (
        "annotation",
        "call",
        "cls",
        "keywords",
        "lazy",
        "many",
        "name",
        "node",
        "target",
        "written",
    )

    def __init__(
        self,
        name: str,
        cls: ClassFacts,
        node: ast.AST,
        call: ast.Call | None,
        annotation: ast.expr | None,
    ) -> None:
        self.name: str = name
        self.cls: ClassFacts = cls
        self.node: ast.AST = node
        self.call: ast.Call | None = call
        self.annotation: ast.expr | None = annotation
        self.keywords: dict[str, ast.expr] = _keywords(call)
        self.target: ClassFacts | None = None
        self.written: str = ""
        self.many: bool = False
        self.lazy: object = _lazy(self.keywords, annotation)

    @property
    def eager(self) -> bool:
        """Is it there after every plain query? An unreadable strategy counts as eager, so that rules stay
        silent.
        """
        return self.lazy in (None, "selectin", "joined", "subquery", "immediate", False, "noload")


class MappedFacts:
    """A mapped class: its columns and relationships by name, those of mixins and bases included."""

    __slots__ = ("cls", "columns", "relationships", "table")

    def __init__(self, cls: ClassFacts) -> None:
        self.cls: ClassFacts = cls
        self.table: str = ""
        self.columns: dict[str, ColumnFacts] = {}
        self.relationships: dict[str, RelationshipFacts] = {}

    def argument(self, name: str, project: Project) -> ast.expr | None:
        """An entry of `__mapper_args__`, where it is a literal dictionary."""
        for cls in project.classes(self.cls):
            found = cls.attributes.get("__mapper_args__")
            value = found.values[-1] if found and found.values else None
            if isinstance(value, ast.Dict):
                for key, entry in zip(value.keys, value.values, strict=True):
                    if key is not None and _constant(key) == name:
                        return entry
        return None


def read_mapped(cls: ClassFacts, project: Project) -> MappedFacts | None:
    """The class's mapping, or None where it is none: abstract, a mixin, not SQLAlchemy's."""
    if not _is_mapped(cls, project):
        return None
    facts = MappedFacts(cls)
    for around in project.classes(cls):
        for name, assigned in around.attributes.items():
            _attribute(name, assigned, around, facts)
        for name, method in around.methods.items():
            _declared(name, method, around, facts)
    table = _constant_of(project.attribute(cls, "__tablename__"))
    facts.table = table if isinstance(table, str) else cls.name.lower()
    for relationship in facts.relationships.values():
        _aim(relationship, facts, project)
    return facts


def _is_mapped(cls: ClassFacts, project: Project) -> bool:
    if _constant_of(cls.attributes.get("__abstract__")) is True:
        return False
    if project.subclass(cls, "SQLModel"):
        return any(
            keyword.arg == "table" and _constant(keyword.value) is True
            for around in project.classes(cls)
            for keyword in around.node.keywords
        )
    if any(
        last_name(decorator) in ("mapped", "mapped_as_dataclass") for decorator in cls.decorators
    ):
        return True
    based = any(
        isinstance(base, str) and base.removesuffix("()").rpartition(".")[2] in _BASES
        for base in project.mro(cls)
    )
    tabled = any(
        name in around.attributes or name in around.methods
        for around in project.classes(cls)
        for name in ("__tablename__", "__table__")
    )
    return (based or _has_columns(cls)) and (tabled or _has_columns(cls))


def _has_columns(cls: ClassFacts) -> bool:
    if not cls.bases:
        return False  # a mixin
    return any(
        (isinstance(value, ast.Call) and last_name(value) in ("mapped_column", "Column"))
        and _is_key(value)
        for assigned in cls.attributes.values()
        for value in assigned.values[-1:]
    )


def _is_key(call: ast.Call) -> bool:
    return any(
        keyword.arg == "primary_key" and _constant(keyword.value) is True
        for keyword in call.keywords
    )


def _attribute(name: str, assigned: Assigned, cls: ClassFacts, facts: MappedFacts) -> None:
    if name in facts.columns or name in facts.relationships or name.startswith("__"):
        return
    value = assigned.values[-1] if assigned.values else None
    _add(name, cls, assigned.node, value, assigned.annotation, facts)


def _declared(name: str, method: FunctionFacts, cls: ClassFacts, facts: MappedFacts) -> None:
    if (
        name in facts.columns
        or name in facts.relationships
        or not method.decorated("declared_attr", "directive")
    ):
        return
    body = getattr(method.node, "body", [])
    last = body[-1] if isinstance(body, list) and body else None
    if isinstance(last, ast.Return):
        _add(name, cls, method.node, last.value, getattr(method.node, "returns", None), facts)


def _add(
    name: str,
    cls: ClassFacts,
    node: ast.AST,
    value: ast.expr | None,
    annotation: ast.expr | None,
    facts: MappedFacts,
) -> None:
    called = last_name(value) if isinstance(value, ast.Call) else ""
    call = value if isinstance(value, ast.Call) else None
    if called in _RELATIONSHIPS:
        facts.relationships[name] = RelationshipFacts(name, cls, node, call, annotation)
    elif called in _COLUMNS or (annotation is not None and _is_mapped_annotation(annotation)):
        facts.columns[name] = ColumnFacts(name, cls, node, call, annotation)
    elif annotation is not None and called == "" and facts.cls.node.keywords:
        facts.columns[name] = ColumnFacts(name, cls, node, None, annotation)  # SQLModel


def _keywords(call: ast.Call | None) -> dict[str, ast.expr]:
    return {each.arg: each.value for each in (call.keywords if call else ()) if each.arg}


def _of_field(call: ast.Call) -> ast.Call | None:
    """The Column of SQLModel's `Field(sa_column=Column(...))`."""
    column = _keywords(call).get("sa_column")
    return column if isinstance(column, ast.Call) else None


def _entries(node: ast.expr | None) -> dict[str, ast.expr]:
    """What a literal dictionary of keywords holds: SQLModel's `sa_column_kwargs={"onupdate": ...}`."""
    pairs = zip(node.keys, node.values, strict=True) if isinstance(node, ast.Dict) else ()
    return {str(key.value): value for key, value in pairs if isinstance(key, ast.Constant)}


def _is_mapped_annotation(annotation: ast.expr) -> bool:
    return isinstance(annotation, ast.Subscript) and last_name(annotation.value) == "Mapped"


def _lazy(keywords: dict[str, ast.expr], annotation: ast.expr | None) -> object:
    if isinstance(annotation, ast.Subscript):
        wrapped = last_name(annotation.value)
        if wrapped in ("WriteOnlyMapped", "DynamicMapped"):
            return "write_only" if wrapped == "WriteOnlyMapped" else "dynamic"
    given = keywords.get("lazy")
    sqlmodel = keywords.get("sa_relationship_kwargs")
    if given is None and isinstance(sqlmodel, ast.Dict):
        given = next(
            (
                value
                for key, value in zip(sqlmodel.keys, sqlmodel.values, strict=True)
                if key is not None and _constant(key) == "lazy"
            ),
            None,
        )
    elif given is None and (sqlmodel is not None or "sa_relationship" in keywords):
        return None
    return "select" if given is None else _constant(given)


def _aim(relationship: RelationshipFacts, facts: MappedFacts, project: Project) -> None:
    written, many = _annotated(relationship.annotation)
    if not written and relationship.call and relationship.call.args:
        written = _target(relationship.call.args[0])
    relationship.written = written
    symbol = project.resolve(relationship.cls.module, written) if written.isidentifier() else None
    relationship.target = (
        symbol if isinstance(symbol, ClassFacts) else project.named(written) if written else None
    )
    uselist = _constant(relationship.keywords.get("uselist"))
    relationship.many = uselist if isinstance(uselist, bool) else many or (
        relationship.annotation is None and _comes_back(relationship, facts, project)
    )  # fmt: skip


def _annotated(annotation: ast.expr | None) -> tuple[str, bool]:
    """The class's name in `Mapped[list["Post"]]`, and whether it is a collection."""
    if annotation is None:
        return "", False
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            return _annotated(ast.parse(annotation.value.strip(), mode="eval").body)
        except SyntaxError:
            return "", False
    if isinstance(annotation, ast.BinOp):
        return next(
            (
                found
                for side in _sides(annotation)
                if (found := _annotated(side))[0] not in ("", "None")
            ),
            ("", False),
        )
    if not isinstance(annotation, ast.Subscript):
        return last_name(annotation), False
    inner = annotation.slice
    last = inner.elts[-1] if isinstance(inner, ast.Tuple) and inner.elts else inner
    outer = last_name(annotation.value)
    if outer in _OPTIONAL and isinstance(inner, ast.Tuple):
        last = inner.elts[0]
    written, many = _annotated(last)
    return written, many or outer in _MANY or outer in ("WriteOnlyMapped", "DynamicMapped")


def _sides(node: ast.BinOp) -> Iterator[ast.expr]:
    yield node.left
    yield node.right


def _target(node: ast.expr) -> str:
    if isinstance(node, ast.Lambda):
        return _target(node.body)
    constant = _constant(node)
    return constant if isinstance(constant, str) else last_name(node)


def _comes_back(relationship: RelationshipFacts, facts: MappedFacts, project: Project) -> bool:
    """A legacy relationship without annotation is a collection where the target's foreign keys alone lead to
    its class. It is no collection where neither's do as far as the source shows.
    """
    if "secondary" in relationship.keywords:
        return True
    target = relationship.target
    if target is None:
        return False
    away = _keys(facts.cls, project) & _names_of(target, project)
    return not away and bool(_keys(target, project) & _names_of(facts.cls, project))


def _names_of(cls: ClassFacts, project: Project) -> set[str]:
    """What a foreign key may call a class: its name, its table, and those of its bases."""
    around = list(project.classes(cls))
    tables = (_constant_of(one.attributes.get("__tablename__")) for one in around)
    return {one.name for one in around} | {table for table in tables if isinstance(table, str)}


def _keys(cls: ClassFacts, project: Project) -> set[str]:
    """The tables, or classes, that the foreign keys of a class lead to."""
    return {
        name
        for around in project.classes(cls)
        for node in ast.walk(around.node)
        if isinstance(node, (ast.Call, ast.keyword))
        for name in _led_to(node)
    }


def _led_to(node: ast.Call | ast.keyword) -> Iterator[str]:
    if isinstance(node, ast.keyword):  # SQLModel
        if node.arg == "foreign_key" and isinstance(written := _constant(node.value), str):
            yield written.rpartition(".")[0].rpartition(".")[2]
    elif last_name(node) in ("ForeignKey", "ForeignKeyConstraint"):
        for part in ast.walk(node):
            if isinstance(written := _constant(part), str):
                yield written.rpartition(".")[0].rpartition(".")[2]
            elif isinstance(part, ast.Attribute):
                yield last_name(part.value)


def _constant(node: ast.AST | None) -> object:
    return node.value if isinstance(node, ast.Constant) else None


def _constant_of(assigned: Assigned | None) -> object:
    return _constant(assigned.values[-1]) if assigned and assigned.values else None
