"""How far a DTO that holds itself goes on."""

from __future__ import annotations

from dataclasses import dataclass

_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Depth:
    """How many levels of a DTO that holds itself are read.

    ```python
    class CategoryRead(BaseModel):
        name: str
        parent: Annotated["CategoryRead | None", Depth(1)]
        children: Annotated[list["CategoryRead"], Depth(2)]
    ```

    levels: 1 to 20, the outermost object not counted. The field is empty, or None, in the innermost objects.

    Raises `ValueError` where `levels` is anything else.
    """

    levels: int

    def __post_init__(self) -> None:
        if type(self.levels) is not int or not 1 <= self.levels <= _DEEPEST:
            raise ValueError(f"Depth takes 1 to {_DEEPEST} levels, and was given {self.levels!r}")


@dataclass(frozen=True, slots=True)
class Tree:
    """A DTO that holds itself is read down to the last level, however many there are.

    ```python
    class CategoryRead(BaseModel):
        name: str
        children: Annotated[list["CategoryRead"], Tree()]
    ```

    The relation leads from the model to itself, to many.
    """
