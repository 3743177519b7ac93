"""Colours of a terminal, and how wide text is on one."""

from __future__ import annotations

import unicodedata

_CODES = {"red": "31", "green": "32", "yellow": "33", "blue": "34", "cyan": "36"}


class Paint:
    """Text with the signs for colours around it."""

    def of(self, colour: str, text: str) -> str:
        """The text in a colour."""
        return f"\x1b[{_CODES[colour]}m{text}\x1b[0m"

    def bold(self, text: str) -> str:
        """The text in bold."""
        return f"\x1b[1m{text}\x1b[0m"

    def blue(self, text: str) -> str:
        """The text in the colour of all that is not source."""
        return self.of("blue", text)


class _Plain(Paint):
    def of(self, colour: str, text: str) -> str:
        return text

    def bold(self, text: str) -> str:
        return text


PLAIN = _Plain()


def printable(text: str) -> str:
    """Text as it is safe to print: what would steer the terminal is a replacement character."""
    return "".join(
        letter
        if letter.isprintable()
        else "    "
        if letter == "\t"
        else "\N{REPLACEMENT CHARACTER}"
        for letter in text
    )


def width(text: str) -> int:
    """How many columns a text takes; a tab is four, as it is printed."""
    return sum(_columns(letter) for letter in text)


def _columns(letter: str) -> int:
    if letter == "\t":
        return 4
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
