"""The names in the messages of MariaDB and MySQL."""

from __future__ import annotations

import pytest

from taskbound.driver.violation import Kind, Violation
from taskbound.driver.violation_of_mysql import violation


class Refused(Exception):
    """As aiomysql and asyncmy raise it: the number and the message are its arguments."""


@pytest.mark.parametrize(
    ("number", "message", "expected"),
    [
        (1062, "Duplicate entry 'a' for key 'email'", Violation(Kind.UNIQUE, "email")),
        (
            1062,
            "Duplicate entry 'a' for key 'customer.email'",
            Violation(Kind.UNIQUE, "email", "customer"),
        ),
        (1586, "Duplicate entry '1-2' for key 'uq'", Violation(Kind.UNIQUE, "uq")),
        (
            1062,
            "Duplicate entry 'x' for key 'mine'\n' for key 'uq'",
            Violation(Kind.UNIQUE, "uq"),
        ),
        (
            1452,
            "Cannot add or update a child row: a foreign key constraint fails (`shop`.`line``s`, "
            "CONSTRAINT `fk` FOREIGN KEY (`a`, `b``c`) REFERENCES `order` (`x`, `y`))",
            Violation(Kind.FOREIGN_KEY, "fk", "line`s", "shop", ("a", "b`c")),
        ),
        (
            1217,
            "Cannot delete or update a parent row: a foreign key constraint fails",
            Violation(Kind.FOREIGN_KEY),
        ),
        (1048, "Column 'name' cannot be null", Violation(Kind.NOT_NULL, columns=("name",))),
        (
            1364,
            "Field 'name' doesn't have a default value",
            Violation(Kind.NOT_NULL, columns=("name",)),
        ),
        (
            4025,
            "CONSTRAINT `positive` failed for `shop`.`product`",
            Violation(Kind.CHECK, "positive", "product", "shop"),
        ),
        (3819, "Check constraint 'positive' is violated.", Violation(Kind.CHECK, "positive")),
    ],
)
def test_the_names_are_read_from_the_message(
    number: int, message: str, expected: Violation
) -> None:
    assert violation(Refused(number, message)) == expected


@pytest.mark.parametrize(
    ("number", "kind"),
    [(1062, Kind.UNIQUE), (1451, Kind.FOREIGN_KEY), (1048, Kind.NOT_NULL), (3819, Kind.CHECK)],
)
def test_in_another_language_the_kind_is_known_and_no_name(number: int, kind: Kind) -> None:
    assert violation(Refused(number, "Doppelter Eintrag")) == Violation(kind)


@pytest.mark.parametrize("error", [Refused(1213, "Deadlock found"), Refused("x"), Refused()])
def test_other_errors_are_no_violation(error: Refused) -> None:
    assert violation(error) is None
