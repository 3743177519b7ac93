"""What a DTO says about its fields beside their types."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class From:
    """The path from which a field is read, where its name is not the column's.

    ```python
    class OrderRead(BaseModel):
        number: Annotated[int, From("id")]                          # another name
        customer_name: Annotated[str, From("customer.name")]        # a column of a to-one relation
    ```

    path: names of relations to one, and of the attribute at the end, with dots between them.

    Raises `ValueError` where `path` is anything else.
    """

    path: str

    def __post_init__(self) -> None:
        if not all(step.isidentifier() for step in self.path.split(".")):
            raise ValueError(f"{self.path!r} is no path of names with dots between them")


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
