"""What was counted, and whether that is as it should be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One number, with the most that it may be; or, for a positive control, the least.

    A zero says nothing where nothing could have been seen. So each figure has a control in the same run:
    the mistake is made on purpose, and the same counting must see it.
    """

    name: str
    """As in the list of figures: `F1`, `F5`."""
    where: str
    """The driver, or what else it was counted on."""
    what: str
    """What was counted, in a few words."""
    seen: float
    most: float = 0
    of: int = 0
    """In how many operations or faults it was looked for."""
    least: float | None = None
    """For a positive control: what must have been seen at least."""

    @property
    def missed(self) -> bool:
        """Whether the promise is not kept, or the control has seen nothing."""
        if self.least is not None:
            return self.seen < self.least
        return self.seen > self.most or not self.of

    @property
    def target(self) -> str:
        """What was promised, as the table shows it."""
        return f"<= {self.most:g}" if self.least is None else f">= {self.least:g} (control)"


def control(name: str, where: str, what: str, seen: float, *, of: int, least: float = 1) -> Figure:
    """A figure of a mistake made on purpose."""
    return Figure(name, where, what, seen, of=of, least=least)


def table(figures: list[Figure]) -> str:
    """The figures, one a line, with a mark where one is missed."""
    rows = [("", "on", "what", "seen", "of", "target", "")]
    rows += [
        (
            figure.name,
            figure.where,
            figure.what,
            f"{figure.seen:,g}" if figure.seen == int(figure.seen) else f"{figure.seen:.3f}",
            f"{figure.of:,}",
            figure.target,
            "MISSED" if figure.missed else "",
        )
        for figure in figures
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
