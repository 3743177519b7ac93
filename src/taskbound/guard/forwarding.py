"""A method around another one, with the very parameters of that one.

`*args, **kwargs` would pack and unpack the arguments at each call, which costs more than all that the
guard looks at. So the method is written with the names that the other one has.
"""

from __future__ import annotations

import functools
import inspect
from inspect import Parameter
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def around(
    method: Callable[..., Any], name: str, body: str, names: Mapping[str, Any]
) -> Callable[..., Any]:
    """A method that runs `body`, in which `{call}` stands for the call of `method`.

    body: lines of Python. `{name}` stands for `name` as text, and `{first}` for the first argument after
        `self`, `{options}` for `execution_options` and `{names}` for `attribute_names`, None where
        there is none. Its own variables begin with an underscore.
    names: what the body speaks of.
    """
    parameters = tuple(inspect.signature(method).parameters.values())
    defaults = {f"_default_{one.name}": one.default for one in parameters}
    lines = body.format(
        call=f"_method({_passed(parameters)})",
        name=repr(name),
        first=_first(parameters),
        options=_named(parameters, "execution_options"),
        names=_named(parameters, "attribute_names"),
    ).splitlines()
    source = "\n".join((f"def guarded({_declared(parameters)}):", *(f"    {one}" for one in lines)))
    namespace: dict[str, Any] = {**names, **defaults, "_method": method}
    exec(compile(source, f"<guard of {name}>", "exec"), namespace)  # noqa: S102  # built of names, never of values
    return cast("Callable[..., Any]", functools.wraps(method)(namespace["guarded"]))


def _declared(parameters: tuple[Parameter, ...]) -> str:
    kinds = [one.kind for one in parameters]
    parts = []
    for index, one in enumerate(parameters):
        if one.kind is Parameter.KEYWORD_ONLY and not {
            Parameter.KEYWORD_ONLY,
            Parameter.VAR_POSITIONAL,
        } & set(kinds[:index]):
            parts.append("*")
        default = "" if one.default is Parameter.empty else f"=_default_{one.name}"
        parts.append(f"{_stars(one)}{one.name}{default}")
        if one.kind is Parameter.POSITIONAL_ONLY and (
            Parameter.POSITIONAL_ONLY not in kinds[index + 1 :]
        ):
            parts.append("/")
    return ", ".join(parts)


def _passed(parameters: tuple[Parameter, ...]) -> str:
    return ", ".join(
        f"{one.name}={one.name}"
        if one.kind is Parameter.KEYWORD_ONLY
        else f"{_stars(one)}{one.name}"
        for one in parameters
    )


def _first(parameters: tuple[Parameter, ...]) -> str:
    if len(parameters) < 2 or parameters[1].kind is Parameter.VAR_KEYWORD:  # noqa: PLR2004  # after `self`
        return "None"
    second = parameters[1]
    if second.kind is Parameter.VAR_POSITIONAL:
        return f"({second.name}[0] if {second.name} else None)"
    return second.name


def _named(parameters: tuple[Parameter, ...], name: str) -> str:
    return name if any(one.name == name for one in parameters) else "None"


def _stars(one: Parameter) -> str:
    if one.kind is Parameter.VAR_POSITIONAL:
        return "*"
    return "**" if one.kind is Parameter.VAR_KEYWORD else ""
