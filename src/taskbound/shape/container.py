"""The containers that hold the objects of a to-many relation."""

from __future__ import annotations

from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Mapping,
    MutableMapping,
    MutableSequence,
    MutableSet,
    Sequence,
)
from collections.abc import Set as AbstractSet
from typing import Any, get_args, get_origin

_CONTAINERS: dict[Any, Callable[[list[Any]], Any]] = {
    list: list,
    Sequence: list,
    MutableSequence: list,
    Collection: list,
    Iterable: list,
    tuple: tuple,
    set: set,
    AbstractSet: set,
    MutableSet: set,
    frozenset: frozenset,
}
_DICTS = {dict, Mapping, MutableMapping}


def container_of(annotation: Any) -> tuple[Callable[[list[Any]], Any] | None, Any]:
    """What makes the container that an annotation names, and the annotation of its items."""
    container = _CONTAINERS.get(get_origin(annotation))
    match container, get_args(annotation):
        case (None, _):
            return None, None
        case (_, (item, last)) if container is tuple and last is Ellipsis:
            return container, item
        case (_, (item,)) if container is not tuple:
            return container, item
    return None, None


def items_of_dict(annotation: Any) -> tuple[Any, Any]:
    """The annotations of the keys and of the items, None for both where it is no dict."""
    match get_origin(annotation), get_args(annotation):
        case (origin, (key, item)) if origin in _DICTS:
            return key, item
    return None, None
