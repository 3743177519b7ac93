"""What fails with `TaskSession` alone, and what that says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

Outcomes = Mapping[str, str]


@dataclass(frozen=True)
class Comparison:
    """How the same tests ended with SQLAlchemy's session and with ours.

    A test in which they differ is accounted for in three ways, each a list of names with the reason. Those in
    `any_subclass` are about the very class, and fail as well with a subclass that changes nothing. Those in
    `defaults` are about a default of SQLAlchemy's, and pass where that is asked for. Those in `misuse` do
    what the guard is there to refuse. All else is unexpected.

    subclass, as_default: of the tests in `differing()` alone.
    """

    engine: str
    version: str
    plain: Outcomes
    subclass: Outcomes
    ours: Outcomes
    as_default: Outcomes
    any_subclass: Mapping[str, str]
    defaults: Mapping[str, str]
    misuse: Mapping[str, str]

    @property
    def unexpected(self) -> list[str]:
        """Tests that pass with `AsyncSession`, do not with `TaskSession`, and are not accounted for."""
        named = {*self.with_any_subclass, *self.by_default, *self.refused}
        return [name for name in differing(self.plain, self.ours) if name not in named]

    @property
    def with_any_subclass(self) -> list[str]:
        """Tests that a subclass which changes nothing fails as well."""
        return [
            name for name in self._listed(self.any_subclass) if self.subclass.get(name) != "passed"
        ]

    @property
    def by_default(self) -> list[str]:
        """Tests of a default that is another one here, which pass where SQLAlchemy's is asked for."""
        return [
            name for name in self._listed(self.defaults) if self.as_default.get(name) == "passed"
        ]

    @property
    def refused(self) -> list[str]:
        """Tests of what the guard refuses."""
        return self._listed(self.misuse)

    @property
    def is_good(self) -> bool:
        """Whether nothing differs unexpectedly, and something was tested at all."""
        return not self.unexpected and "passed" in self.plain.values()

    def __str__(self) -> str:
        """The figures, each test that differs, and why."""
        return "\n".join(self._lines())

    def _listed(self, reasons: Mapping[str, str]) -> list[str]:
        return [name for name in differing(self.plain, self.ours) if _name(name) in reasons]

    def _lines(self) -> Iterator[str]:
        yield (
            f"SQLAlchemy {self.version} on {self.engine}: {_count(self.plain)} with AsyncSession, "
            f"{_count(self.ours)} with TaskSession"
        )
        for name in self.unexpected:
            yield f"  UNEXPECTED {name}: {self.ours.get(name, 'not run')}"
        for name in self.with_any_subclass:
            yield f"  with any subclass {name}: {self.any_subclass[_name(name)]}"
        for name in self.by_default:
            yield f"  passes by SQLAlchemy's default {name}: {self.defaults[_name(name)]}"
        for name in self.refused:
            yield f"  misuse {name}: {self.misuse[_name(name)]}"


def differing(plain: Outcomes, ours: Outcomes) -> list[str]:
    """Tests that pass with one and not with the other."""
    passed = [name for name, outcome in plain.items() if outcome == "passed"]
    return [name for name in passed if ours.get(name) != "passed"]


def _name(test: str) -> str:
    """A test's class and name, with its parameters and without its file: "AsyncProxyTest.test_gc"."""
    return ".".join(test.split("::")[1:])


def _count(outcomes: Outcomes) -> str:
    ended = list(outcomes.values())
    return f"{ended.count('passed')} passed and {ended.count('failed')} failed"
