"""What MySQL's and MariaDB's errors say of a value."""

from __future__ import annotations

import pytest

from taskbound.driver.refusal import ValueRefusal
from taskbound.driver.refusal_of_mysql import refusal


class ServerError(Exception):
    """As both drivers raise them: a number and a message."""


@pytest.mark.parametrize(
    ("number", "message", "said"),
    [
        (
            1406,
            "Data too long for column 'name' at row 1",
            ValueRefusal("too_long", column="name"),
        ),
        (
            1264,
            "Out of range value for column 'age' at row 3",
            ValueRefusal("out_of_range", column="age"),
        ),
        (
            1366,
            "Incorrect integer value: 'x' for column `shop`.`orders`.`a``b` at row 1",
            ValueRefusal("malformed", table="orders", schema="shop", column="a`b"),
        ),
        (
            1366,
            "Incorrect integer value: 'for column 'no' at row 1' for column 'age' at row 1",
            ValueRefusal("malformed", column="age"),
        ),
        (1690, "BIGINT value is out of range in '(1 + 2)'", ValueRefusal("out_of_range")),
        (1406, None, ValueRefusal("too_long")),
    ],
)
def test_the_number_says_the_reason_and_the_message_the_names(
    number: int, message: str | None, said: ValueRefusal
) -> None:
    assert refusal(ServerError(number, message)) == said


@pytest.mark.parametrize(
    "error", [ServerError(1062, "Duplicate entry"), ServerError(), ValueError("x")]
)
def test_any_other_error_is_about_no_value(error: Exception) -> None:
    assert refusal(error) is None
