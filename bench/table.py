"""The results as text, for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bench.figures import Figure
from bench.memory import MIB
from bench.reads import OTHERS, QUESTIONS
from bench.results import Results, Time
from bench.streaming import Streamed
from bench.writes import CHANGES

_ASKS = {
    **{one.name: one.asks for one in QUESTIONS.values()},
    **{one.name: one.asks for one in CHANGES.values()},
    **OTHERS,
}


def table(results: Results) -> str:
    """Everything that was measured, a table a driver."""
    lines = [
        *_times(results.reads, "a read"),
        *_times(results.writes, "a write"),
        *_memory(results.streams, "stream"),
        *_memory(results.loads, "load"),
        *_shops(results),
    ]
    return "\n".join(lines)


def verdicts(figures: Iterable[Figure]) -> str:
    """The figures with what was to be reached, what was, and whether it is enough."""
    return "\n".join(["", "To reach", *(_verdict(figure) for figure in figures)])


def _times(found: dict[str, dict[str, dict[str, Time]]], what: str) -> Iterator[str]:
    for driver, reads in found.items():
        if reads:
            yield (
                f"\n{driver}: µs {what} (and µs of this process's processor time), x of the driver's"
            )
        for read, contenders in reads.items():
            yield f"\n  {read}: {_ASKS[read]}"
            by_hand = contenders.get("driver")
            for name, time in sorted(contenders.items(), key=lambda item: item[1].wall):
                yield f"    {name:22}{time.wall:>10,.0f}{_bracketed(time.cpu):>12}{_ratio(time, by_hand)}"


def _bracketed(micros: float) -> str:
    return f"({micros:,.0f})"


def _ratio(time: Time, by_hand: Time | None) -> str:
    return f"{time.wall / by_hand.wall:>9.2f} x" if by_hand else ""


def _memory(of: dict[str, dict[str, Streamed]], what: str) -> Iterator[str]:
    for driver, contenders in of.items():
        yield f"\n{driver}, {what}: MiB above the start, rows a second"
        for name, found in contenders.items():
            speed = found.rows / found.seconds
            yield f"    {name:22}{found.grown / MIB:>10.1f}{speed:>12,.0f} of {found.rows:,} rows"


def _shops(results: Results) -> Iterator[str]:
    for driver, endpoints in results.shops.items():
        yield f"\n{driver}, the shop: requests a second (and µs of the server's processor time)"
        for path, shops in endpoints.items():
            yield (
                f"    {path:34}"
                + "".join(
                    f"{name:>7}{found.per_second:>8,.0f}{_bracketed(found.cpu):>10}"
                    for name, found in shops.items()
                )
                + f"{shops['shop'].per_second / shops['usual'].per_second:>8.2f} x"
            )


def _verdict(figure: Figure) -> str:
    bound = ">=" if figure.at_least else "<="
    reached = "not measured" if figure.reached is None else f"{figure.reached:.2f} {figure.unit}"
    target = f"{bound} {figure.target:g} {figure.unit}"
    return f"    {figure.claim:50}{target:>12}{reached:>16}  {figure.verdict}"
