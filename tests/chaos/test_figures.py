"""A figure is a promise, and a zero needs something that it could have seen."""

from __future__ import annotations

from tests.chaos.figures import Figure, control, table


def test_a_figure_is_missed_above_its_most() -> None:
    assert not Figure("F1", "asyncpg", "leaked", 0, of=10).missed
    assert Figure("F1", "asyncpg", "leaked", 1, of=10).missed


def test_a_figure_of_nothing_is_missed() -> None:
    assert Figure("F1", "asyncpg", "leaked", 0, of=0).missed


def test_a_control_that_has_seen_nothing_is_missed() -> None:
    assert control("F1", "asyncpg", "leaked", 0, of=10).missed
    assert not control("F1", "asyncpg", "leaked", 1, of=10).missed


def test_the_table_marks_what_is_missed() -> None:
    shown = table(
        [
            Figure("F1", "asyncpg", "leaked", 0, of=10_000),
            Figure("F7", "asyncpg", "overshoot", 0.5, most=0.25, of=3),
            control("F1", "asyncpg", "leaked", 2, of=2),
        ]
    )

    assert shown == (
        "    on       what       seen   of      target\n"
        "F1  asyncpg  leaked     0      10,000  <= 0\n"
        "F7  asyncpg  overshoot  0.500  3       <= 0.25         MISSED\n"
        "F1  asyncpg  leaked     2      2       >= 1 (control)"
    )
