"""SQL text, and the values that go with it in the order that the driver takes them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy.sql.compiler import WARN_LINTING

from taskbound.statement.moment import converted, quicker

if TYPE_CHECKING:
    from sqlalchemy import BindParameter, Dialect, Select
    from sqlalchemy.sql.cache_key import CacheKey
    from sqlalchemy.sql.compiler import SQLCompiler
    from sqlalchemy.sql.dml import UpdateBase

# What the driver takes: by position, or by name.
Arguments: TypeAlias = Sequence[Any] | Mapping[str, Any]
# Where a dialect keeps the target that has nothing but it, which most reads are for.
_PLAIN = "_taskbound_target"


@dataclass(frozen=True, slots=True)
class Target:
    """What a statement is compiled for."""

    dialect: Dialect
    schemas: tuple[tuple[str | None, str | None], ...] | None = None
    """What `schema_translate_map` makes of the models' schemas; None where there is no such option."""

    @classmethod
    def of(cls, dialect: Dialect, options: Mapping[str, Any]) -> Target:
        """The target for a dialect, with the execution options of a connection or an engine."""
        if "schema_translate_map" in options:
            return cls(dialect, schemas_of(options))
        plain: Target | None = dialect.__dict__.get(_PLAIN)
        if plain is None:
            plain = dialect.__dict__[_PLAIN] = cls(dialect)
        return plain

    def of_statement(self, statement: Any) -> Target:
        """The target with the execution options of a statement, which come first."""
        options = getattr(statement, "_execution_options", None)
        schemas = schemas_of(options) if options else None
        return self if schemas is None else Target(self.dialect, schemas)


def schemas_of(options: Mapping[str, Any]) -> tuple[tuple[str | None, str | None], ...] | None:
    """The `schema_translate_map` among execution options; None where there is none."""
    translated = options.get("schema_translate_map")
    return tuple(translated.items()) if translated else None


class ArgumentRows(Collection[Any]):
    """The arguments of many rows, each made while it is sent: together they would busy the garbage collector.

    names: where the driver takes them by name.
    """

    __slots__ = ("_count", "_lists", "_names")

    def __init__(
        self, lists: Sequence[Sequence[Any]], count: int, names: Sequence[str] | None
    ) -> None:
        self._lists, self._count, self._names = lists, count, names

    def __len__(self) -> int:
        return self._count

    def __contains__(self, row: object) -> bool:
        return any(row == one for one in self)

    def __iter__(self) -> Iterator[Any]:
        if not self._lists:
            return iter([() if self._names is None else {}] * self._count)
        rows = zip(*self._lists, strict=True)
        names = self._names
        return rows if names is None else (dict(zip(names, row, strict=True)) for row in rows)


class CompiledStatement:
    """A statement compiled for a target once, to be sent many times with other values.

    key: the cache key of the caller's statement, whose values stand in for those that were compiled.
    columns: of an INSERT or UPDATE, the keys of the columns that it sets to parameters of these names.
    """

    __slots__ = ("_by_name", "_compiled", "_expanding", "_slots", "defaults", "sql")

    def __init__(
        self,
        statement: Select[Any] | UpdateBase,
        target: Target,
        key: CacheKey | None,
        *,
        columns: Sequence[str] | None = None,
    ) -> None:
        translation = {} if target.schemas is None else _translation(target.schemas)
        dialect = target.dialect
        # As for a statement that SQLAlchemy sends.
        linting = dialect.compiler_linting | WARN_LINTING
        compiled: Any = statement.compile(
            dialect=dialect,
            cache_key=key,
            linting=linting,
            column_keys=None if columns is None else list(columns),
            **translation,
        )
        self._compiled = compiled
        self.defaults: tuple[tuple[str, Any], ...] = tuple(_defaults(compiled))
        """For each parameter that a column's own default fills: its name, and the default."""
        self.sql: str = compiled.string
        # Lists in IN are written out for each value, so the text changes with them.
        self._expanding = bool(compiled.post_compile_params or compiled.literal_execute_params)
        self._by_name = not compiled.positional
        self._slots = [] if self._expanding else _slots(compiled, key)

    def bound(
        self, parameters: Mapping[str, Any], extracted: Sequence[BindParameter[Any]] | None
    ) -> tuple[str, Arguments]:
        """The SQL text and its arguments.

        parameters: values by the name of a `bindparam`. Each one that is required has to be there.
        extracted: the values of the caller's statement, in the order of its cache key; None where they
            are those that were compiled.
        """
        if self._expanding:
            return self._expanded(parameters, extracted)
        return self.sql, self._arguments(parameters, extracted)

    def taking(self, names: Sequence[str]) -> Callable[[Sequence[Any]], Arguments] | None:
        """What makes the arguments of values that come in the order of these parameters.

        None where these are not all that the statement needs.
        """
        places = {name: place for place, name in enumerate(names)}
        if (
            self._expanding
            or self.defaults
            or any(b.key not in places for _, b, _, _ in self._slots)
        ):
            return None
        steps = [(name, places[bind.key], make) for name, bind, _, make in self._slots]
        if self._by_name:
            return lambda values: {
                name: make(values[place]) if make else values[place] for name, place, make in steps
            }
        plain = [place for _, place, make in steps if make is None]
        if len(plain) == len(steps) > 1:
            return itemgetter(*plain)
        return lambda values: [
            make(values[place]) if make else values[place] for _, place, make in steps
        ]

    def bound_rows(
        self, columns: Mapping[str, Sequence[Any]], count: int, *, by_position: bool = False
    ) -> ArgumentRows:
        """The arguments of many rows, for each as `bound` has them.

        columns: by the name of a `bindparam` its value for each row. Converted a column at a time, since a
            call for each row would cost more than the driver does.
        by_position: in the order of the statement also where the driver takes them by name.
        """
        names, lists = list[str](), list[Sequence[Any]]()
        for name, bind, _, processor in self._slots:
            values = columns[bind.key] if bind.key in columns else [bind.effective_value] * count
            lists.append(converted(processor, values) if processor else values)
            names.append(name)
        return ArgumentRows(lists, count, names if self._by_name and not by_position else None)

    def unfit(self, columns: Mapping[str, Sequence[Any]]) -> tuple[int, str] | None:
        """The first row with a value that its type does not take, and the parameter; None for none."""
        found = [
            (row, bind.key)
            for _, bind, _, processor in self._slots
            if processor and bind.key in columns
            for row in _refusals(processor, columns[bind.key])
        ]
        return min(found, default=None)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters in the order of the statement."""
        return tuple(bind.key for _, bind, _, _ in self._slots)

    def _arguments(
        self, parameters: Mapping[str, Any], extracted: Sequence[BindParameter[Any]] | None
    ) -> Arguments:
        values = []
        names = []
        for name, bind, number, processor in self._slots:
            if bind.key in parameters:
                value = parameters[bind.key]
            elif number is not None and extracted is not None:
                value = extracted[number].effective_value
            else:
                value = bind.effective_value
            values.append(processor(value) if processor else value)
            names.append(name)
        return dict(zip(names, values, strict=True)) if self._by_name else values

    def _expanded(
        self, parameters: Mapping[str, Any], extracted: Sequence[BindParameter[Any]] | None
    ) -> tuple[str, Arguments]:
        compiled = self._compiled
        given = compiled.construct_params(
            dict(parameters), extracted_parameters=extracted, escape_names=False
        )
        state = compiled._process_parameters_for_postcompile(given)
        processors: dict[str, Any] = {**compiled._bind_processors, **state.processors}
        everything = {**given, **state.additional_parameters}

        def value(name: str) -> Any:
            processor = processors.get(name)
            return processor(everything[name]) if processor else everything[name]

        if state.positiontup is not None:
            return state.statement, [value(name) for name in state.positiontup]
        gone = compiled.post_compile_params
        escaped = compiled.escaped_bind_names
        return state.statement, {
            escaped.get(name, name): value(name)
            for name in everything
            if name not in {compiled.bind_names[bind] for bind in gone}
        }


def _refusals(processor: Any, values: Sequence[Any]) -> Iterator[int]:
    """The first of the values that a conversion refuses."""
    for number, value in enumerate(values):
        try:
            processor(value)
        except Exception:  # noqa: BLE001  # whatever it raises has been raised before
            yield number
            return


def _defaults(compiled: SQLCompiler) -> Iterator[tuple[str, Any]]:
    if compiled.isinsert:
        yield from ((column.key, column.default) for column in compiled.insert_prefetch)
    elif compiled.isupdate:
        yield from ((column.key, column.onupdate) for column in compiled.update_prefetch)


def _translation(schemas: tuple[tuple[str | None, str | None], ...]) -> dict[str, Any]:
    return {"schema_translate_map": dict(schemas), "render_schema_translate": True}


def _slots(compiled: SQLCompiler, key: CacheKey | None) -> list[Any]:
    numbers = _numbers(compiled, key)
    by_name = {name: bind for bind, name in compiled.bind_names.items()}
    names = compiled.positiontup if compiled.positional else list(by_name)
    escaped = compiled.escaped_bind_names
    processors = compiled._bind_processors
    return [
        (
            escaped.get(name, name),
            by_name[name],
            numbers.get(by_name[name]),
            quicker(by_name[name], compiled.dialect, processors[name])
            if name in processors
            else None,
        )
        for name in names or ()
    ]


def _numbers(compiled: SQLCompiler, key: CacheKey | None) -> dict[Any, int]:
    """For each parameter of the compiled statement, which one of the caller's statement it is."""
    if key is None or compiled._cache_key_bind_match is None:
        return {}
    matching, _ = compiled._cache_key_bind_match
    return {bind: number for number, own in enumerate(key[1]) for bind in matching[own]}
