"""What somebody has asked `taskbound check` for: the options, and the settings that they stand before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from taskbound.check.cache import FOLDER
from taskbound.check.config import Config, ConfigRefused, codes_of, find_config, read_config

if TYPE_CHECKING:
    from pathlib import Path

    from taskbound.check.finding import Confidence


@dataclass(frozen=True, slots=True)
class Asked:
    """The options. cache_dir: None for the one beside pyproject.toml."""

    paths: tuple[Path, ...]
    format: str
    output: Path | None
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    exclude: tuple[str, ...]
    confidence: Confidence | None
    config: Path | None
    baseline: Path | None
    write_baseline: bool
    fix: bool
    diff: bool
    watch: bool
    cached: bool
    cache_dir: Path | None
    quiet: bool

    def settings(self) -> Config:
        """The project's settings with these options before them. Raises `ConfigRefused` for what is wrong."""
        self._refuse()
        config = read_config(self.config) if self.config else find_config(self.paths)
        return replace(
            config,
            select=codes_of(self.select, "--select") or config.select,
            ignore=(*config.ignore, *codes_of(self.ignore, "--ignore")),
            exclude=(*config.exclude, *self.exclude),
            confidence=self.confidence or config.confidence,
            baseline=self.baseline or config.baseline,
        )

    def cache_folder(self, config: Config) -> Path | None:
        """Where the cache is; None without one."""
        if not self.cached:
            return None
        return self.cache_dir or config.root / FOLDER

    def _refuse(self) -> None:
        for path in self.paths:
            if not path.exists():
                raise ConfigRefused(f"there is no file or folder {path}")
        if self.fix and self.diff:
            raise ConfigRefused("--diff changes nothing and --fix does; give one of them")
        if self.watch and (self.diff or self.write_baseline):
            raise ConfigRefused("--watch goes neither with --diff nor with --write-baseline")
