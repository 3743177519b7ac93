"""Values that MySQL or MariaDB refuses: by error number, names out of their fixed messages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from taskbound.driver.refusal import ValueRefusal, reason_of_unsent

if TYPE_CHECKING:
    from taskbound.errors.value import Unfitness

_REASONS: dict[int, Unfitness] = {
    # ER_WARN_DATA_OUT_OF_RANGE, WARN_DATA_TRUNCATED (an ENUM, a number with text behind it)
    1264: "out_of_range",
    1265: "malformed",
    # ER_TRUNCATED_WRONG_VALUE, ER_INVALID_CHARACTER_STRING
    1292: "malformed",
    1300: "unstorable",
    # ER_TRUNCATED_WRONG_VALUE_FOR_FIELD, ER_ILLEGAL_VALUE_FOR_TYPE
    1366: "malformed",
    1367: "malformed",
    # ER_DATA_TOO_LONG, ER_WRONG_VALUE_FOR_TYPE, ER_DATETIME_FUNCTION_OVERFLOW
    1406: "too_long",
    1411: "malformed",
    1441: "out_of_range",
    # ER_DATA_OUT_OF_RANGE of an expression
    1690: "out_of_range",
    # ER_INVALID_JSON_TEXT, ER_INVALID_JSON_CHARSET, ER_INVALID_JSON_TEXT_IN_PARAM of MySQL
    3140: "malformed",
    3141: "malformed",
    3144: "malformed",
}
# The value, which anybody may have chosen, comes first; so the last such end counts. MariaDB writes the
# column with its table, in backticks, for some of the numbers.
_PLAIN = re.compile(r".*for column '([^']+)' at row \d+$", re.DOTALL)
_WHOLE = re.compile(
    r".*for column `((?:[^`]|``)+)`\.`((?:[^`]|``)+)`\.`((?:[^`]|``)+)` at row \d+$", re.DOTALL
)


def refusal(error: Any) -> ValueRefusal | None:
    """What an error of aiomysql or asyncmy says, or None where it is about no value."""
    number, message = (*getattr(error, "args", ()), None, None)[:2]
    reason = _REASONS.get(number) if isinstance(number, int) else None
    if reason is None:
        unsent = reason_of_unsent(error)
        return ValueRefusal(unsent) if unsent else None
    return _named(reason, message) if isinstance(message, str) else ValueRefusal(reason)


def _named(reason: Unfitness, message: str) -> ValueRefusal:
    if found := _WHOLE.match(message):
        schema, table, column = (name.replace("``", "`") for name in found.groups())
        return ValueRefusal(reason, table=table, schema=schema, column=column)
    plain = _PLAIN.match(message)
    return ValueRefusal(reason, column=plain[1] if plain else None)
