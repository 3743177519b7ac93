"""What is wrong with a file, and where."""

from __future__ import annotations


class Malformed(ValueError):
    """The file is not a Chinook data set. Nothing of it has been loaded.

    place: where, such as `Invoice[3].CustomerId` or `line 12 column 5`. Rows count from 0, as they
        do in a JSON path.
    fault: what is wrong there.
    """

    def __init__(self, place: str, fault: str) -> None:
        self.place, self.fault = place, fault
        super().__init__(place, fault)

    def __str__(self) -> str:
        return f"{self.place}: {self.fault}"
