"""The JSON form of what Pydantic writes, read from its core schema.

Only what is known here to change nothing is passed over. A validator, a serializer or a constraint is a
part of the schema that is not known, whatever it is called.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

from taskbound.assemble.form_by_shape import refuse_array, refuse_own_constructor
from taskbound.shape import Form, Keyed, Listed, Nested, Nothing
from taskbound.shape.json_form import JsonForm, JsonMember, Unwritten

if TYPE_CHECKING:
    from taskbound.shape import Field, Shape

_Schema: TypeAlias = Mapping[str, Any]

_VALUES: Mapping[str, type[Any]] = {
    "any": object,
    "bool": bool,
    "date": dt.date,
    "datetime": dt.datetime,
    "decimal": Decimal,
    "float": float,
    "int": int,
    "str": str,
    "time": dt.time,
    "uuid": UUID,
}
_EVERYWHERE = frozenset(("type", "ref", "metadata", "strict"))
_DEFAULT = ("schema", "default", "default_factory", "default_factory_takes_data")
_FIELD = ("schema", "serialization_alias", "validation_alias", "serialization_exclude", "frozen")
_CLASS = ("cls", "schema", "config", "post_init", "frozen", "generic_origin")
_FIELDS = ("fields", "computed_fields", "extra_behavior")
# What each part of a schema may say beside `_EVERYWHERE`.
_KNOWN: Mapping[str, frozenset[str]] = {
    "dataclass": frozenset((*_CLASS, "fields", "slots")),
    "dataclass-args": frozenset((*_FIELDS, "dataclass_name", "collect_init_only")),
    "dataclass-field": frozenset((*_FIELD, "name", "init", "kw_only")),
    "datetime": frozenset(("microseconds_precision",)),
    "default": frozenset((*_DEFAULT, "validate_default", "copy_default")),
    "definition-ref": frozenset(("schema_ref",)),
    "definitions": frozenset(("schema", "definitions")),
    "dict": frozenset(("keys_schema", "values_schema")),
    "enum": frozenset(("cls", "members", "sub_type")),
    "list": frozenset(("items_schema",)),
    "model": frozenset((*_CLASS, "custom_init", "root_model")),
    "model-field": frozenset(_FIELD),
    "model-fields": frozenset((*_FIELDS, "model_name")),
    "nullable": frozenset(("schema",)),
    "time": frozenset(("microseconds_precision",)),
    "tuple": frozenset(("items_schema", "variadic_item_index")),
    "typed-dict": frozenset((*_FIELDS, "cls", "config", "total")),
    "typed-dict-field": frozenset((*_FIELD, "required")),
}
_HARMLESS_SETTINGS = frozenset(
    (
        "extra_fields_behavior",
        "from_attributes",
        "frozen",
        "hide_input_in_errors",
        "loc_by_alias",
        "populate_by_name",
        "serialize_by_alias",
        "strict",
        "title",
        "typed_dict_total",
        "validate_by_alias",
        "validate_by_name",
        "validate_default",
        "validation_error_cause",
    )
)
# What constraints and the like are called in messages, where not as in the schema.
_NAMED = {"serialization": "a serializer"}
_KEYS = (int, str)


def form_by_schema(schema: _Schema, shape: Shape) -> JsonForm:
    """The form of one object.

    Raises `Unwritten` where Pydantic does anything but write the values as they are.
    """
    return _Schemas().form(schema, shape)


class _Schemas:
    """A schema that is being read, with the parts that others refer to."""

    def __init__(self) -> None:
        self._definitions: dict[str, _Schema] = {}

    def form(self, schema: _Schema, shape: Shape) -> JsonForm:
        """The form of the objects of a shape."""
        if shape.form is Form.CHOICE:
            raise Unwritten(f"{shape.name} is a choice of DTOs")
        refuse_array(shape)
        found = self._plain(schema, shape.name)
        fields, by_alias = self._fields(found, shape)
        members = {}
        for name, part in fields:
            field = shape.field(name)
            if field is None:
                raise Unwritten(f"{shape.name}.{name} is written and not read")
            members[name] = self._member(shape, field, part, by_alias=by_alias)
        return JsonForm(members)

    def _fields(self, found: _Schema, shape: Shape) -> tuple[Iterable[tuple[str, _Schema]], bool]:
        """The fields by their names, and whether they are written by their aliases."""
        settings = found.get("config") or {}
        for name in settings:
            if name not in _HARMLESS_SETTINGS:
                raise Unwritten(f"{shape.name} is set up with {name}")
        match found["type"]:
            case "model" if not (found.get("custom_init") or found.get("root_model")):
                fields = self._fields_of_class(found, shape)
            case "dataclass":
                if shape.form is not Form.VALIDATED:
                    refuse_own_constructor(shape)
                fields = self._fields_of_class(found, shape)
            case "typed-dict":
                fields = found
            case kind:
                raise Unwritten(f"{shape.name} is a {kind}")
        if fields.get("computed_fields"):
            raise Unwritten(f"{shape.name} has computed fields")
        pairs = fields["fields"]
        named = pairs.items() if isinstance(pairs, Mapping) else ((p["name"], p) for p in pairs)
        return named, bool(settings.get("serialize_by_alias"))

    def _fields_of_class(self, found: _Schema, shape: Shape) -> _Schema:
        if found.get("post_init"):
            raise Unwritten(f"{shape.name} does work of its own when one is made")
        return self._plain(found["schema"], shape.name)

    def _member(self, shape: Shape, field: Field, part: _Schema, *, by_alias: bool) -> JsonMember:
        where = f"{shape.name}.{field.name}"
        self._check(part, where)
        if part.get("serialization_exclude"):
            raise Unwritten(f"{where} is left out")
        alias = part.get("serialization_alias")
        key = alias if by_alias and alias else field.name
        if isinstance(field.content, Nothing):
            return JsonMember(key)
        found = self._plain(part["schema"], where)
        match field.content:
            case Nested(inside):
                return JsonMember(key, inside=self.form(found, inside))
            case Listed(inside):
                return JsonMember(key, inside=self.form(self._item(found, where), inside))
            case Keyed(inside):
                return JsonMember(key, inside=self.form(self._value(found, where), inside))
            case _:
                return JsonMember(key, self._scalar(found, where))

    def _item(self, found: _Schema, where: str) -> _Schema:
        match found["type"], found.get("items_schema"):
            case "list", Mapping() as item:
                return item
            case "tuple", [item] if found.get("variadic_item_index") == 0:
                return item  # type: ignore[no-any-return]
        raise Unwritten(f"{where} is a {found['type']}")

    def _value(self, found: _Schema, where: str) -> _Schema:
        if found["type"] != "dict":
            raise Unwritten(f"{where} is a {found['type']}")
        if self._scalar(self._plain(found["keys_schema"], where), where) not in _KEYS:
            raise Unwritten(f"{where} has keys that are neither int nor str")
        item: _Schema = found["values_schema"]
        return item

    def _scalar(self, found: _Schema, where: str) -> type[Any]:
        kind = found["type"]
        if kind == "enum":
            enumeration: type[Any] = found["cls"]
            return enumeration
        if kind == "dict" and self._holds_anything(found, "keys_schema", "values_schema"):
            return dict
        if kind == "list" and self._holds_anything(found, "items_schema"):
            return list
        if kind in _VALUES:
            return _VALUES[kind]
        raise Unwritten(f"{where} is a {kind}")

    def _holds_anything(self, found: _Schema, *parts: str) -> bool:
        # JSON has no keys but text.
        allowed = {"keys_schema": {"any", "str"}}
        return all(
            found.get(part, {"type": "any"})["type"] in allowed.get(part, {"any"}) for part in parts
        )

    def _plain(self, schema: _Schema, where: str) -> _Schema:
        """The part of the schema that says what is written."""
        while True:
            self._check(schema, where)
            match schema["type"]:
                case "definitions":
                    self._definitions |= {part["ref"]: part for part in schema["definitions"]}
                    schema = schema["schema"]
                case "definition-ref":
                    schema = self._definitions[schema["schema_ref"]]
                case "nullable" | "default":
                    schema = schema["schema"]
                case _:
                    return schema

    def _check(self, schema: _Schema, where: str) -> None:
        kind = schema["type"]
        if kind.startswith("function-"):
            raise Unwritten(f"{where} has a validator")
        if kind not in _KNOWN and kind not in _VALUES:
            raise Unwritten(f"{where} is a {kind}")
        for part in sorted(schema.keys() - _EVERYWHERE - _KNOWN.get(kind, frozenset())):
            raise Unwritten(f"{where} has {_NAMED.get(part, part)}")
