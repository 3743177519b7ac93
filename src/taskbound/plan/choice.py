"""Bind a union of DTOs to the classes of an inheritance: each class finds its DTO, or is refused by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args, get_origin

from sqlalchemy.orm import class_mapper
from sqlalchemy.orm.exc import UnmappedClassError, UnmappedColumnError

from taskbound.errors import UnfitChoice
from taskbound.plan.plans import Plan, Variant
from taskbound.shape import Refusals, Scalar

if TYPE_CHECKING:
    from sqlalchemy.orm import Mapper

    from taskbound.shape import Field, Option, Shape

    Bind: TypeAlias = Callable[[Shape, Mapper[Any]], Plan]


def bind_choice(shape: Shape, mapper: Mapper[Any], bind: Bind) -> Plan:
    """The plan that fills a union of DTOs from the class of `mapper` and those that inherit from it.

    Raises `UnfitChoice` where the union does not go with these classes, and what `bind` raises.
    """
    choice = _Choice(shape, mapper)
    plans: dict[tuple[int, Mapper[Any]], Plan] = {}
    variants = []
    refusals = Refusals()
    for identity, claim in choice.claims():
        key = id(claim.option), claim.mapper
        with refusals:
            if key not in plans:
                plans[key] = bind(claim.option.shape, claim.mapper)
            variants.append(Variant(identity, claim.mapper, plans[key]))
    refusals.check()
    return Plan(shape, mapper, (), (), tuple(variants), mapper.polymorphic_on)


@dataclass(frozen=True, slots=True, eq=False)
class _Claim:
    """A DTO, and the class that it reads from."""

    option: Option
    mapper: Mapper[Any]


class _Choice:
    """A union of DTOs beside the classes of an inheritance."""

    def __init__(self, shape: Shape, mapper: Mapper[Any]) -> None:
        self._shape = shape
        self._mapper = mapper
        self._classes = {
            below.polymorphic_identity: below
            for below in mapper.self_and_descendants
            if below.polymorphic_identity is not None and not below.polymorphic_abstract
        }

    def claims(self) -> Iterator[tuple[Any, _Claim]]:
        """For each identity the DTO that is for it."""
        self._check_inheritance()
        named: dict[Any, _Claim] = {}
        general: dict[Mapper[Any], _Claim] = {}
        for option in self._shape.options:
            identities = self._identities(option)
            for identity in identities:
                self._claim(named, identity, _Claim(option, self._classes[identity]))
            if not identities:
                mapper = self._model(option)
                self._claim(general, mapper, _Claim(option, mapper))
        for identity, mapper in self._classes.items():
            yield identity, named.get(identity) or self._nearest(general, identity, mapper)

    def _check_inheritance(self) -> None:
        model = self._mapper.class_.__name__
        if self._mapper.polymorphic_on is None:
            raise self._unfit(f"{model} has no polymorphic_on", "name one DTO")
        if any(below.concrete for below in self._mapper.self_and_descendants):
            raise self._unfit(
                f"{model} has concrete tables", "read each class with a statement of its own"
            )

    def _claim(self, claims: dict[Any, _Claim], key: Any, claim: _Claim) -> None:
        first = claims.setdefault(key, claim)
        if first is not claim:
            names = f"{first.option.shape.name} and {claim.option.shape.name}"
            raise self._unfit(
                f"{names} are both for {claim.mapper.class_.__name__}",
                "tell them apart by a field that is a Literal, or by For",
            )

    def _nearest(
        self, general: dict[Mapper[Any], _Claim], identity: Any, mapper: Mapper[Any]
    ) -> _Claim:
        """The DTO for a class or the nearest one that it inherits from."""
        for above in mapper.iterate_to_root():
            if above in general:
                return general[above]
        raise self._unfit(
            f"no DTO is for {mapper.class_.__name__}, whose identity is {identity!r}",
            f"add one, or a DTO of {self._mapper.class_.__name__} for all that have none",
        )

    def _model(self, option: Option) -> Mapper[Any]:
        """The class that `For` names; without it the base, for all that no other DTO is for."""
        if option.model is None:
            return self._mapper
        try:
            mapper = class_mapper(option.model)
        except UnmappedClassError:
            mapper = None
        if mapper is None or not mapper.isa(self._mapper):
            model = self._mapper.class_.__name__
            raise self._unfit(
                f"{option.shape.name} has For({option.model.__name__}), which does not inherit from "
                f"{model}",
                f"name {model} or a class that inherits from it",
            )
        return mapper

    def _identities(self, option: Option) -> list[Any]:
        """The identities that a DTO names itself; none where it has `For`."""
        if option.model is not None:
            return []
        named = self._of_literal(option.shape)
        if not named and option.shape.tag is not None:
            named = (option.shape.tag,)
        return [self._identity(option, value) for value in named]

    def _of_literal(self, shape: Shape) -> tuple[Any, ...]:
        return next((found for field in shape.fields if (found := self._literals(field))), ())

    def _literals(self, field: Field) -> tuple[Any, ...]:
        held = field.content.type if isinstance(field.content, Scalar) else None
        is_discriminator = field.path == (self._discriminator(),) and field.expression is None
        return get_args(held) if is_discriminator and get_origin(held) is Literal else ()

    def _discriminator(self) -> str | None:
        """The attribute that holds the identity, None where there is none."""
        try:
            column: Any = self._mapper.polymorphic_on
            return self._mapper.get_property_by_column(column).key
        except UnmappedColumnError:
            return None

    def _identity(self, option: Option, value: Any) -> Any:
        for identity in self._classes:
            if _same(identity, value):
                return identity
        known = ", ".join(repr(identity) for identity in self._classes)
        raise self._unfit(
            f"{option.shape.name} is for {value!r}, which no class of "
            f"{self._mapper.class_.__name__} has as its identity",
            f"name one of {known}",
        )

    def _unfit(self, reason: str, cure: str) -> UnfitChoice:
        return UnfitChoice(
            dto=self._shape.name, model=self._mapper.class_.__name__, reason=reason, cure=cure
        )


def _same(identity: Any, value: Any) -> bool:
    # An Enum column has members for identities, where a Literal may have their values.
    return bool(
        identity == value
        or (isinstance(identity, Enum) and value in (identity.value, identity.name))
    )
