"""[tool.taskbound.check] of pyproject.toml: what a project wants to be told."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from taskbound.check.codes import known, nearest, summaries
from taskbound.check.finding import Confidence
from taskbound.check.globs import Glob

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from taskbound.check.finding import Finding

_SURE = (Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH)


class ConfigRefused(ValueError):
    """A setting that is not understood. The message names it, its file, and what is nearest."""


@dataclass(frozen=True, slots=True)
class PathConfig:
    """What differs for the paths that a glob matches. confidence: None where it is the project's."""

    glob: Glob
    ignore: tuple[str, ...] = ()
    confidence: Confidence | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of one project. `root` is the folder that globs count from.

    select, ignore: codes, or what codes begin with; an empty `select` is all of them. The longer prefix
    wins, and `ignore` where both are as long. `confidence` is the least that is shown.
    """

    root: Path = field(default_factory=Path.cwd)
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    confidence: Confidence = Confidence.MEDIUM
    baseline: Path | None = None
    per_path: tuple[PathConfig, ...] = ()

    def wants(self, finding: Finding) -> bool:
        """Is a finding to be told?"""
        path = self.relative(finding.path)
        special = [one for one in self.per_path if one.glob.matches(path)]
        if any(_longest(finding.code, one.ignore) >= 0 for one in special):
            return False
        least = next(
            (one.confidence for one in reversed(special) if one.confidence), self.confidence
        )
        return _at_least(finding.confidence, least) and self._selected(finding.code)

    def excludes(self, path: str) -> bool:
        """Is a path, as findings show it, left out?"""
        return bool(self.exclude) and any(
            Glob(one).matches(self.relative(path)) for one in self.exclude
        )

    def relative(self, path: str) -> str:
        """A path as the globs see it: from `root`, with slashes."""
        absolute = Path(path).absolute()
        return (
            absolute.relative_to(self.root).as_posix()
            if absolute.is_relative_to(self.root)
            else absolute.as_posix()
        )

    def _selected(self, code: str) -> bool:
        selected = _longest(code, self.select) if self.select else 0
        return selected >= 0 and selected > _longest(code, self.ignore)


def find_config(paths: Iterable[Path]) -> Config:
    """The settings of the nearest pyproject.toml that has them, from what the paths have in common upwards.

    Raises `ConfigRefused` where it holds what is not understood.
    """
    start = _common(paths)
    for folder in (start, *start.parents):
        file = folder / "pyproject.toml"
        if file.is_file() and (table := _table(file)) is not None:
            return config_of(table, file)
    return Config(root=Path.cwd())


def read_config(file: Path) -> Config:
    """The settings of one file, which need not have any.

    Raises `ConfigRefused` where there is no such file, or it holds what is not understood.
    """
    return config_of(_table(file) or {}, file)


def config_of(table: Mapping[str, Any], file: Path) -> Config:
    """The settings in a table, checked."""
    where = f"[tool.taskbound.check] in {file}"
    _refuse_unknown(
        table, ("select", "ignore", "exclude", "confidence", "baseline", "per-path"), where
    )
    root = file.absolute().parent
    baseline = _text(table, "baseline", where)
    return Config(
        root=root,
        select=codes_of(table.get("select", []), f"select of {where}"),
        ignore=codes_of(table.get("ignore", []), f"ignore of {where}"),
        exclude=_texts(table.get("exclude", []), f"exclude of {where}"),
        confidence=_confidence(table, where) or Confidence.MEDIUM,
        baseline=root / baseline if baseline else None,
        per_path=_per_path(table.get("per-path", {}), where),
    )


def codes_of(value: object, where: str) -> tuple[str, ...]:
    """Codes that there are. Raises `ConfigRefused` for others, with the nearest."""
    codes = _texts(value, where)
    for code in codes:
        if not known(code):
            raise ConfigRefused(
                f"{code!r} in {where} is no code of a rule{nearest(code, summaries())}"
            )
    return codes


def _per_path(value: object, where: str) -> tuple[PathConfig, ...]:
    if not isinstance(value, dict):
        raise ConfigRefused(
            f"per-path of {where} is not a table of globs: write"
            ' [tool.taskbound.check.per-path."tests/**"]'
        )
    return tuple(_of_path(glob, table, where) for glob, table in value.items())


def _of_path(glob: str, table: object, where: str) -> PathConfig:
    here = f"per-path {glob!r} of {where}"
    if not isinstance(table, dict):
        raise ConfigRefused(f"{here} is not a table: write {{ ignore = [...] }}")
    _refuse_unknown(table, ("ignore", "confidence"), here)
    ignore = codes_of(table.get("ignore", []), f"ignore of {here}")
    return PathConfig(Glob(glob), ignore, _confidence(table, here))


def _refuse_unknown(table: Mapping[str, Any], keys: tuple[str, ...], where: str) -> None:
    for key in table:
        if key not in keys:
            wanted = nearest(key, keys) or f"; there are {', '.join(keys)}"
            raise ConfigRefused(f"{key!r} is no setting of {where}{wanted}")


def _confidence(table: Mapping[str, Any], where: str) -> Confidence | None:
    value = _text(table, "confidence", where)
    if value is None:
        return None
    if value not in tuple(Confidence):
        raise ConfigRefused(f"confidence of {where} is {value!r}, and may be high, medium or low")
    return Confidence(value)


def _text(table: Mapping[str, Any], key: str, where: str) -> str | None:
    value = table.get(key)
    if value is not None and not isinstance(value, str):
        raise ConfigRefused(f"{key} of {where} is not a text: {value!r}")
    return value


def _texts(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        raise ConfigRefused(f"{where} is not a list of texts: {value!r}")
    return tuple(value)


def _table(file: Path) -> Mapping[str, Any] | None:
    try:
        with file.open("rb") as opened:
            table = tomllib.load(opened).get("tool", {}).get("taskbound", {}).get("check")
    except OSError as error:
        raise ConfigRefused(f"{file} can't be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigRefused(f"{file} is no TOML: {error}") from error
    if table is not None and not isinstance(table, dict):
        raise ConfigRefused(f"tool.taskbound.check in {file} is not a table")
    return table


def _common(paths: Iterable[Path]) -> Path:
    absolute = [path.absolute() for path in paths]
    if not absolute:
        return Path.cwd()
    folders = [path if path.is_dir() else path.parent for path in absolute]
    first = folders[0]
    return next(
        folder
        for folder in (first, *first.parents)
        if all(one.is_relative_to(folder) for one in folders)
    )


def _longest(code: str, prefixes: tuple[str, ...]) -> int:
    """How long the longest of the prefixes is that a code has; -1 where it has none."""
    return max((len(one) for one in prefixes if code.startswith(one)), default=-1)


def _at_least(confidence: Confidence, least: Confidence) -> bool:
    return _SURE.index(confidence) >= _SURE.index(least)
