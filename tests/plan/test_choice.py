"""A union of DTOs goes with the classes of an inheritance, or is refused by name."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
import pydantic
import pytest
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from taskbound import By, For, TaskboundError, UnfitChoice, UnknownField
from taskbound.plan import Plan, plan_of
from tests.plan.fields import dataclass_of, model_of
from tests.plan.models import Category, Engineer, Everything, Manager, Order, Person


@dataclass
class EngineerRead:
    kind: Literal["engineer"]
    language: str


@dataclass
class ManagerRead:
    kind: Literal["manager"]
    budget: int | None


@dataclass
class PersonRead:
    kind: str
    name: str


class TaggedEngineer(msgspec.Struct, tag="engineer", tag_field="kind"):
    language: str


class TaggedPerson(msgspec.Struct, tag="person", tag_field="kind"):
    name: str


@dataclass
class Office:
    kind: Literal["manager", "person"]


@dataclass
class Wordless:
    name: str


@dataclass
class Skilled:
    language: str


@dataclass
class Named:
    kind: Literal["engineer"]
    name: str


@dataclass
class Oval:
    kind: Literal["oval"]


class State(enum.Enum):
    NEW = "new"
    PAID = "paid"


class Base(DeclarativeBase):
    pass


class Job(Base):
    """Told apart by an enum."""

    __tablename__ = "job"

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[State]

    __mapper_args__ = {"polymorphic_on": "state", "polymorphic_abstract": True}


class NewJob(Job):
    __mapper_args__ = {"polymorphic_identity": State.NEW}


class PaidJob(Job):
    __mapper_args__ = {"polymorphic_identity": State.PAID}


class Vehicle(Base):
    __tablename__ = "vehicle"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]

    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "vehicle"}


class Car(Vehicle):
    __tablename__ = "car"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]

    __mapper_args__ = {"polymorphic_identity": "car", "concrete": True}


@dataclass
class NewRead:
    state: Literal[State.NEW]


@dataclass
class PaidRead:
    state: Literal[State.PAID]


class NewModel(pydantic.BaseModel):
    state: Literal["new"]


class PaidModel(pydantic.BaseModel):
    state: Literal["PAID"]


@pytest.mark.parametrize(
    ("union", "model", "expected"),
    [
        (
            EngineerRead | ManagerRead | PersonRead,
            Person,
            {
                "person": (PersonRead, Person),
                "engineer": (EngineerRead, Engineer),
                "manager": (ManagerRead, Manager),
            },
        ),
        (
            TaggedEngineer | TaggedPerson | ManagerRead,
            Person,
            {
                "person": (TaggedPerson, Person),
                "engineer": (TaggedEngineer, Engineer),
                "manager": (ManagerRead, Manager),
            },
        ),
        (
            Annotated[Skilled, For(Engineer)] | Annotated[Wordless, For(Person)],
            Person,
            {
                "person": (Wordless, Person),
                "engineer": (Skilled, Engineer),
                "manager": (Wordless, Person),
            },
        ),
        (
            EngineerRead | Office,
            Person,
            {
                "person": (Office, Person),
                "engineer": (EngineerRead, Engineer),
                "manager": (Office, Manager),
            },
        ),
        (ManagerRead | PersonRead, Manager, {"manager": (ManagerRead, Manager)}),
        (
            NewRead | PaidRead,
            Job,
            {State.NEW: (NewRead, NewJob), State.PAID: (PaidRead, PaidJob)},
        ),
    ],
    ids=str,
)
def test_each_class_has_its_dto(
    union: Any, model: type[Any], expected: dict[Any, tuple[Any, type[Any]]]
) -> None:
    plan = plan_of(union, model)

    assert plan.parts == ()
    assert plan.discriminator is plan.mapper.polymorphic_on
    assert {
        variant.identity: (variant.plan.shape.type, variant.mapper.class_)
        for variant in plan.variants
    } == expected


def test_a_dto_for_several_classes_is_bound_once() -> None:
    plan = plan_of(EngineerRead | PersonRead, Person)

    person, manager = (_variant(plan, identity) for identity in ("person", "manager"))

    assert person is manager


def test_values_of_an_enum_are_its_members() -> None:
    plan = plan_of(NewModel | PaidModel, Job)

    assert [variant.identity for variant in plan.variants] == list(State)


@pytest.mark.parametrize(
    ("name", "annotation", "model"),
    [
        ("chief", EngineerRead | PersonRead | None, Category),
        ("followers", list[EngineerRead | PersonRead], Category),
        ("followers", Annotated[dict[str, Named | PersonRead], By("name")], Category),
    ],
)
def test_a_union_stands_at_a_relation(name: str, annotation: Any, model: type[Any]) -> None:
    (part,) = (*plan_of(dataclass_of(name, annotation), model).parts,)

    assert part.plan.variants  # type: ignore[union-attr]


def test_pydantic_makes_one_of_a_union_of_a_json_value() -> None:
    (column,) = plan_of(model_of("document", NewModel | PaidModel), Everything).columns

    assert column.path == ("document",)


_UNFIT: list[tuple[Any, type[Any], str]] = [
    (
        EngineerRead | ManagerRead,
        Person,
        "EngineerRead | ManagerRead cannot be read from Person: no DTO is for Person, whose identity "
        "is 'person'; add one, or a DTO of Person for all that have none",
    ),
    (
        EngineerRead | ManagerRead,
        Order,
        "EngineerRead | ManagerRead cannot be read from Order: Order has no polymorphic_on; name one "
        "DTO",
    ),
    (
        EngineerRead | TaggedEngineer | PersonRead,
        Person,
        "EngineerRead | TaggedEngineer | PersonRead cannot be read from Person: EngineerRead and "
        "TaggedEngineer are both for Engineer; tell them apart by a field that is a Literal, or by "
        "For",
    ),
    (
        Wordless | PersonRead,
        Person,
        "Wordless | PersonRead cannot be read from Person: Wordless and PersonRead are both for "
        "Person; tell them apart by a field that is a Literal, or by For",
    ),
    (
        Oval | PersonRead,
        Person,
        "Oval | PersonRead cannot be read from Person: Oval is for 'oval', which no class of Person "
        "has as its identity; name one of 'person', 'engineer', 'manager'",
    ),
    (
        Annotated[Wordless, For(Order)] | PersonRead,
        Person,
        "Wordless | PersonRead cannot be read from Person: Wordless has For(Order), which does not "
        "inherit from Person; name Person or a class that inherits from it",
    ),
    (
        Annotated[Wordless, For(Wordless)] | PersonRead,
        Person,
        "Wordless | PersonRead cannot be read from Person: Wordless has For(Wordless), which does "
        "not inherit from Person; name Person or a class that inherits from it",
    ),
    (
        Wordless | PersonRead,
        Vehicle,
        "Wordless | PersonRead cannot be read from Vehicle: Vehicle has concrete tables; read each "
        "class with a statement of its own",
    ),
]


@pytest.mark.parametrize(("union", "model", "message"), _UNFIT, ids=str)
def test_a_union_that_does_not_go_with_the_classes_is_refused(
    union: Any, model: type[Any], message: str
) -> None:
    with pytest.raises(UnfitChoice) as caught:
        plan_of(union, model)

    assert str(caught.value) == f"{message} (TB514, docs/errors/TB514.md)"


def test_a_field_of_a_variant_is_checked_against_its_class() -> None:
    with pytest.raises(TaskboundError) as caught:
        plan_of(Annotated[Skilled, For(Manager)] | PersonRead, Person)

    assert str(caught.value).startswith(
        "Skilled.language asks for Manager.language, which does not "
    )


def test_a_column_of_a_subclass_is_said_to_be_one() -> None:
    with pytest.raises(UnknownField) as caught:
        plan_of(Skilled, Person)

    assert str(caught.value) == (
        "Skilled.language asks for Person.language, which does not exist; Engineer has it: read from "
        "Engineer, or have a union of DTOs, one for each class (TB503, docs/errors/TB503.md)"
    )


def test_a_union_is_told_by_class() -> None:
    assert plan_of(EngineerRead | PersonRead, Person).explain() == (
        "EngineerRead | PersonRead from Person by person.kind\n"
        "├── 'person', 'manager': PersonRead from Person\n"
        "│   ├── kind: Person.kind String()\n"
        "│   └── name: Person.name String()\n"
        "└── 'engineer': EngineerRead from Engineer\n"
        "    ├── kind: Engineer.kind String()\n"
        "    └── language: Engineer.language String()"
    )


def _variant(plan: Plan, identity: Any) -> Plan:
    return next(variant.plan for variant in plan.variants if variant.identity == identity)
