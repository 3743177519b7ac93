"""Where a field of a DTO is read from, beside its name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from taskbound.shape.criterion import is_criterion


@dataclass(frozen=True, slots=True, eq=False)
class From:
    """What a field is read from, where its name is not the column's.

    ```python
    class OrderRead(BaseModel):
        number: Annotated[int, From("id")]                          # another name
        customer_name: Annotated[str, From("customer.name")]        # a column of a to-one relation
        shouted: Annotated[str, From(lambda order: func.upper(order.reference))]     # SQL
    ```

    source: names of relations to one, and of the attribute at the end, with dots between them; or a
        function that takes the mapped class, or an alias of it, and gives an SQL expression over its
        attributes; or such an expression itself. SQL reads from the model's own tables alone: of others
        it takes a `scalar_subquery()`. Whether it may be NULL is for the author to know.

    Raises `ValueError` where `source` is anything else.
    """

    source: Any

    def __post_init__(self) -> None:
        if isinstance(self.source, str):
            check_path(self.source)
        elif not is_criterion(self.source):
            raise ValueError(
                f"{self.source!r} is no path, no SQL expression and no function that gives one"
            )

    @property
    def path(self) -> str | None:
        """The path, None where the source is SQL."""
        return self.source if isinstance(self.source, str) else None

    # `Annotated` takes equal marks for the same, and SQL has an equality of its own.
    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, From) and self.path is not None and self.path == other.path
        )

    def __hash__(self) -> int:
        return hash(self.path) if self.path is not None else id(self)


@dataclass(frozen=True, slots=True)
class By:
    """The field of the children's DTO that is the key of a dict of children.

    ```python
    class OrderRead(BaseModel):
        lines: Annotated[dict[int, LineRead], By("id")]
    ```

    field: a field of the children's DTO, not of the model. Its values have to differ among the
        children of one parent: a dict holds one of each key.

    Raises `ValueError` where `field` is no name.
    """

    field: str

    def __post_init__(self) -> None:
        if not self.field.isidentifier():
            raise ValueError(f"{self.field!r} is no name of a field")


@dataclass(frozen=True, slots=True)
class For:
    """The mapped class whose objects a DTO of a union is for.

    ```python
    class ClubRead(BaseModel):
        people: list[Annotated[EngineerRead, For(Engineer)] | Annotated[PersonRead, For(Person)]]
    ```

    A DTO needs none that has a field for the column which tells the classes apart, and that is a `Literal`
    of what the column holds; nor does a msgspec Struct with that as its tag.

    model: the class. Its subclasses are meant too, as far as no other DTO is for them.

    Raises `TypeError` where `model` is no class.
    """

    model: type[Any]

    def __post_init__(self) -> None:
        if not isinstance(self.model, type):
            raise TypeError(f"{self.model!r} is no class")


def check_path(path: str) -> None:
    """Raise `ValueError` unless it is names with dots between them."""
    if not all(step.isidentifier() for step in path.split(".")):
        raise ValueError(f"{path!r} is no path of names with dots between them")
