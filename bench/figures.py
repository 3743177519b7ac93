"""What is to be reached, and what was: ratios within one run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import geometric_mean

from bench.memory import MIB
from bench.results import Results

# taskbound where it is measured against what is written by hand with msgspec, and with Pydantic.
BY_HAND = "taskbound-msgspec"
MODELS = "taskbound-pydantic"


@dataclass(frozen=True, slots=True)
class Figure:
    """A claim: `at_least` or at most the `target`. `reached` is None where it was not measured."""

    claim: str
    target: float
    reached: float | None
    unit: str = "x"
    at_least: bool = False

    @property
    def verdict(self) -> str:
        """`ok`, `missed` or `-`."""
        if self.reached is None:
            return "-"
        fits = self.reached >= self.target if self.at_least else self.reached <= self.target
        return "ok" if fits else "missed"


def figures(results: Results) -> list[Figure]:
    """Every figure, in the order of the design."""
    return [*_of_one(results), *_of_fifty(results), *_of_writes(results), *_others(results)]


def _of_one(results: Results) -> Iterator[Figure]:
    for driver in ("asyncpg", "psycopg"):
        by_hand = _ratio(results, driver, "one", BY_HAND, "driver")
        yield Figure(f"{driver}: one, of hand-written with its pool", 0.85, by_hand)
        inside = _ratio(results, driver, "one-in-transaction", BY_HAND, "driver")
        yield Figure(f"{driver}: one in a transaction, of hand-written", 1.15, inside)
        yield from _faster(results, driver, "one", 7)
        yield Figure(f"{driver}: one, an ad-hoc statement more", 250, _adhoc(results, driver), "µs")


def _of_fifty(results: Results) -> Iterator[Figure]:
    for driver, faster in (("asyncpg", 6), ("aiosqlite", 12)):
        by_hand = _ratio(results, driver, "fifty", BY_HAND, "driver")
        yield Figure(f"{driver}: fifty, of hand-written", 1.15, by_hand)
        yield from _faster(results, driver, "fifty", faster)


def _of_writes(results: Results) -> Iterator[Figure]:
    for write in ("insert", "update", "upsert"):
        by_hand = _ratio(results, "asyncpg", write, BY_HAND, "driver")
        yield Figure(f"asyncpg: {write} in a transaction, of hand-written", 1.25, by_hand)
    whole = _ratio(results, "asyncpg", "get-insert-commit", BY_HAND, "driver")
    yield Figure("asyncpg: a transaction of a read and an insert, of hand-written", 1.25, whole)
    for driver, target, way in (
        ("asyncpg", 1.3, "COPY"),
        ("psycopg", 1.3, "COPY"),
        ("aiosqlite", 1.2, "executemany"),
    ):
        by_hand = _ratio(results, driver, "bulk", BY_HAND, "driver")
        yield Figure(f"{driver}: 100,000 rows, of hand-written {way}", target, by_hand)
    for driver, loads in results.loads.items():
        if found := loads.get(BY_HAND):
            yield Figure(f"{driver}: memory of 100,000 rows", 30, found.grown / MIB, "MiB")


def _faster(results: Results, driver: str, read: str, target: float) -> Iterator[Figure]:
    for library, contender in (("msgspec", BY_HAND), ("Pydantic", MODELS)):
        claim = f"{driver}: {read} in {library}, faster than the ORM"
        yield Figure(claim, target, _ratio(results, driver, read, "orm", contender), at_least=True)


def _others(results: Results) -> Iterator[Figure]:
    for driver in ("asyncpg", "aiosqlite"):
        written = _ratio(results, driver, "json", BY_HAND, "driver")
        yield Figure(f"{driver}: json, of hand-written", 1.10, written)
    for driver in ("asyncpg", "aiosqlite"):
        faster = _http(results, driver)
        yield Figure(f"{driver}: the shop's requests/s", 4, faster, at_least=True)
    guarded = results.costs.get("aiosqlite")
    yield Figure("guard, of the ORM without it", 1.03, guarded.orm if guarded else None)
    yield Figure("guard, an operation", 1, guarded.operation if guarded else None, "µs")
    pool = _ratio(results, "asyncpg", "pool", "driver", BY_HAND)
    yield Figure("asyncpg: 64 tasks on 8, of asyncpg's pool", 0.95, pool, at_least=True)
    for driver, streams in results.streams.items():
        if found := streams.get(BY_HAND):
            yield Figure(f"{driver}: memory of a stream", 30, found.grown / MIB, "MiB")
    yield Figure("import, of sqlalchemy.ext.asyncio", 1.2, guarded.imported if guarded else None)


def _ratio(results: Results, driver: str, read: str, one: str, other: str) -> float | None:
    above, below = results.time(driver, read, one), results.time(driver, read, other)
    return above.wall / below.wall if above and below else None


def _adhoc(results: Results, driver: str) -> float | None:
    adhoc = results.time(driver, "one-adhoc", BY_HAND)
    prepared = results.time(driver, "one", BY_HAND)
    return adhoc.wall - prepared.wall if adhoc and prepared else None


def _http(results: Results, driver: str) -> float | None:
    endpoints = results.shops.get(driver)
    if not endpoints:
        return None
    return geometric_mean(
        shops["shop"].per_second / shops["usual"].per_second for shops in endpoints.values()
    )
