"""What one call of `taskbound check` does about what was asked: checks, mends, compares, reports."""

from __future__ import annotations

import gc
import sys
import time
from importlib.metadata import version
from typing import TYPE_CHECKING

import typer

from taskbound.check.baseline import Compared, compare, read_baseline, write_baseline
from taskbound.check.checker import Checker, Told
from taskbound.check.config import ConfigRefused
from taskbound.check.fixing import Fixes, fixes_of
from taskbound.check.lines import Lines
from taskbound.check.report.github import as_github
from taskbound.check.report.json import as_json
from taskbound.check.report.sarif import as_sarif
from taskbound.check.report.summary import said_of, summed_up
from taskbound.check.report.text import as_lines, as_text
from taskbound.check.watching import watch
from taskbound.cli.screen import Progress, colour

if TYPE_CHECKING:
    from collections.abc import Iterable

    from taskbound.check.finding import Finding
    from taskbound.cli.asked import Asked

CLEAN, FOUND, WRONG = 0, 1, 2
# A fix can make room for another one; a fix that makes its own finding again would go on for ever.
_ROUNDS = 10


class Answer:
    """The checker with what it was asked for. Its methods return exit codes."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._config = asked.settings()
        self._checker = Checker(self._config, cache_folder=asked.cache_folder(self._config))
        self._lines = Lines()

    def run(self) -> int:
        """Do what was asked for."""
        if self._asked.watch:
            return self._watch()
        # A process that ends at once has no use for a collector, which would walk through millions of nodes.
        gc.disable()
        code = self._run()
        gc.freeze()
        return code

    def _run(self) -> int:
        if self._asked.write_baseline:
            return self._write_baseline()
        return self._diff() if self._asked.diff else self._once()

    def _once(self) -> int:
        told = self._check()
        if self._asked.fix:
            told = self._fixed(told)
        compared = self._compared(told)
        self._report(compared.new, told)
        self._say(summed_up(compared, told))
        return _code(told, compared.new)

    def _watch(self) -> int:
        try:
            for _ in watch(self._watched):
                # Editors take what stands between the two lines for all that there is.
                typer.echo(f"Checking; {time.strftime('%H:%M:%S')}.", err=True)
                self._again()
                typer.echo(f"Watching; {time.strftime('%H:%M:%S')}. Ctrl-C ends it.", err=True)
        except KeyboardInterrupt:
            pass
        return CLEAN

    def _again(self) -> None:
        """Check with the settings as they are by now. Settings that are wrong are told, and may be mended."""
        try:
            self._checker.config = self._config = self._asked.settings()
            self._once()
        except ConfigRefused as error:
            typer.echo(f"taskbound check: {error}", err=True)

    def _watched(self) -> Iterable[str]:
        return (*self._checker.files(self._asked.paths), str(self._config.root / "pyproject.toml"))

    def _write_baseline(self) -> int:
        file = self._config.baseline
        if file is None:
            raise ConfigRefused("--write-baseline needs a file; name it with --baseline FILE")
        told = self._check()
        count = write_baseline(file, told.findings, self._lines.line)
        self._say(f"Wrote {file} with {said_of(count, 'finding')}.")
        return WRONG if told.faults else CLEAN

    def _diff(self) -> int:
        told = self._check()
        fixes = fixes_of(self._compared(told).new)
        self._write("".join(file.diff() for file in fixes.changed()))
        _tell_refused(fixes)
        changed = len(list(fixes.changed()))
        self._say(f"Would change {said_of(changed, 'file')}." if changed else "Nothing to fix.")
        return FOUND if changed else _code(told, ())

    def _fixed(self, told: Told) -> Told:
        """What is left to tell when all safe fixes are written."""
        count, paths = 0, set()
        for _ in range(_ROUNDS):
            fixes = fixes_of(self._compared(told).new)
            if not fixes.applied:
                _tell_refused(fixes)
                break
            for file in fixes.changed():
                file.write()
                paths.add(file.path)
            count += len(fixes.applied)
            told = self._check()
        if count:
            self._say(f"Fixed {said_of(count, 'finding')} in {said_of(len(paths), 'file')}.")
        return told

    def _check(self) -> Told:
        progress = Progress()
        try:
            told = self._checker.check(self._asked.paths, progress)
        finally:
            progress.clear()
        self._lines = Lines()
        return told

    def _compared(self, told: Told) -> Compared:
        file = self._config.baseline
        if file is None:
            return Compared(told.findings, 0, ())
        return compare(file, read_baseline(file), told.findings, self._lines.line, told.files)

    def _report(self, findings: tuple[Finding, ...], told: Told) -> None:
        for one in told.unreadable:
            typer.echo(
                f"{one.path}:{one.line}: skipped, it can't be parsed: {one.reason}", err=True
            )
        for fault in told.faults:
            typer.echo(
                f"taskbound check: {fault.code} failed on {fault.path or 'the project'}: {fault.reason};"
                " this is a bug of the checker, please report it",
                err=True,
            )
        self._write(self._formatted(findings, told))

    def _formatted(self, findings: tuple[Finding, ...], told: Told) -> str:
        match self._asked.format:
            case "json":
                return as_json(findings)
            case "sarif":
                return as_sarif(findings, self._lines, version("taskbound"), told.unreadable)
            case "github":
                return as_github(findings)
            case "lines":
                return as_lines(findings)
            case _:
                coloured = self._asked.output is None and colour(sys.stdout)
                return as_text(findings, self._lines, colour=coloured)

    def _write(self, text: str) -> None:
        if self._asked.output is not None:
            self._asked.output.write_text(text, encoding="utf-8")
        else:
            typer.echo(text, nl=False)

    def _say(self, text: str) -> None:
        """Said beside findings that are text for people, and else on the error stream."""
        if not self._asked.quiet:
            beside = self._asked.format == "text" and not self._asked.diff
            typer.echo(text, err=not beside)


def _tell_refused(fixes: Fixes) -> None:
    for refused in fixes.refused:
        one = refused.finding
        typer.echo(f"{one.path}:{one.line}: {one.code} not fixed: {refused.reason}", err=True)


def _code(told: Told, findings: tuple[Finding, ...]) -> int:
    if told.faults:
        return WRONG
    return FOUND if findings else CLEAN
