"""What fails with `TaskSession` alone, beside what is expected to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Comparison:
    """How the same tests ended with SQLAlchemy's session and with ours, and the reasons to differ."""

    engine: str
    version: str
    plain: Mapping[str, str]
    ours: Mapping[str, str]
    reasons: Mapping[str, str]

    @property
    def unexpected(self) -> list[str]:
        """Tests that pass with `AsyncSession`, do not with `TaskSession`, and have no reason to."""
        return [name for name in self._differing() if _name(name) not in self.reasons]

    @property
    def expected(self) -> list[str]:
        """Tests that differ for a reason."""
        return [name for name in self._differing() if _name(name) in self.reasons]

    @property
    def is_good(self) -> bool:
        """Whether nothing differs unexpectedly, and something was tested at all."""
        return not self.unexpected and "passed" in self.plain.values()

    def __str__(self) -> str:
        """The figures, each test that differs, and why."""
        return "\n".join(self._lines())

    def _differing(self) -> Iterator[str]:
        for name, outcome in self.plain.items():
            if outcome == "passed" and self.ours.get(name) != "passed":
                yield name

    def _lines(self) -> Iterator[str]:
        yield (
            f"SQLAlchemy {self.version} on {self.engine}: {_count(self.plain)} with AsyncSession, "
            f"{_count(self.ours)} with TaskSession"
        )
        for name in self.unexpected:
            yield f"  UNEXPECTED {name}: {self.ours.get(name, 'not run')}"
        for name in self.expected:
            yield f"  as expected {name}: {self.reasons[_name(name)]}"


def _name(test: str) -> str:
    """A test's class and name, with its parameters and without its file: "AsyncProxyTest.test_gc"."""
    return ".".join(test.split("::")[1:])


def _count(outcomes: Mapping[str, str]) -> str:
    ended = list(outcomes.values())
    return f"{ended.count('passed')} passed and {ended.count('failed')} failed"
