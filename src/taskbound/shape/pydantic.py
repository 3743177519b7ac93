"""Pydantic models and dataclasses. Values are validated: a model's own validators run on them."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, get_args

from taskbound.shape.form import Form
from taskbound.shape.hints import unresolved
from taskbound.shape.member import Member, Reading, Taking

if TYPE_CHECKING:
    from collections.abc import Callable

_BEFORE = {"before", "plain", "wrap"}
_BEFORE_MARKS = {"BeforeValidator", "PlainValidator", "WrapValidator"}


def read(cls: type[Any], _dto: Any) -> Reading | None:
    """The members of a Pydantic model or dataclass, or None where `cls` is neither."""
    pydantic = sys.modules.get("pydantic")
    if pydantic is None or not hasattr(cls, "__pydantic_fields__"):
        return None
    if getattr(cls, "__pydantic_root_model__", False):
        return None  # one value without a name: that is no object with fields
    _complete(pydantic, cls)
    members = tuple(
        Member(name, _annotation(field), field.is_required(), _taking(cls, name, field))
        for name, field in cls.__pydantic_fields__.items()
        if field.init is not False
    )
    validate = pydantic.TypeAdapter(cls).validator.validate_python
    # Fields go by their names here; an alias is for the outside.
    validate_by_name = partial(validate, by_alias=False, by_name=True)
    by_name = _has_aliases(cls)
    make = validate_by_name if by_name else validate
    return Reading(members, Form.VALIDATED, make, by_name, validate_by_name)


def dumping(cls: type[Any], name: str) -> Callable[[Any], Any] | None:
    """What makes a JSON value of a field's, by the names that `read` goes by.

    None where `cls` is none of Pydantic's, or the field holds no object of those.
    """
    if read(cls, None) is None:
        return None
    annotation = _annotation(cls.__pydantic_fields__[name])
    if not _holds_models(annotation):
        return None
    adapter = sys.modules["pydantic"].TypeAdapter(annotation)
    return partial(adapter.dump_python, mode="json", by_alias=not _has_aliases(cls))


def _holds_models(annotation: Any) -> bool:
    if hasattr(annotation, "__pydantic_serializer__"):
        return True
    return any(_holds_models(each) for each in get_args(annotation))


def _complete(pydantic: Any, cls: type[Any]) -> None:
    """Look names up that were not there when the class was made."""
    if cls.__dict__.get("__pydantic_complete__", True):
        return
    try:
        if issubclass(cls, pydantic.BaseModel):
            cls.model_rebuild()
        else:
            pydantic.dataclasses.rebuild_dataclass(cls)
    except NameError as error:
        raise unresolved(cls, error.name or str(error)) from None


def _annotation(field: Any) -> Any:
    """The annotation with its metadata, which Pydantic keeps apart."""
    return Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation


def _has_aliases(cls: type[Any]) -> bool:
    fields = cls.__pydantic_fields__.values()
    return any(field.alias or field.validation_alias for field in fields)


def _taking(cls: type[Any], name: str, field: Any) -> Taking:
    if any(type(mark).__name__ in _BEFORE_MARKS for mark in field.metadata):
        return Taking.FREELY
    if _has_validator_before(cls, name):
        return Taking.FREELY
    return Taking.UNCHANGED if _is_strict(cls, field) else Taking.CONVERTED


def _has_validator_before(cls: type[Any], name: str) -> bool:
    validators = cls.__pydantic_decorators__
    of_field = [
        validator.info.mode
        for validator in validators.field_validators.values()
        if {name, "*"} & set(validator.info.fields)
    ]
    of_model = [validator.info.mode for validator in validators.model_validators.values()]
    return not _BEFORE.isdisjoint([*of_field, *of_model])


def _is_strict(cls: type[Any], field: Any) -> bool:
    config = getattr(cls, "model_config", None) or getattr(cls, "__pydantic_config__", None) or {}
    of_field = [mark.strict for mark in field.metadata if type(mark).__name__ == "Strict"]
    return bool(of_field[-1] if of_field else config.get("strict"))
