"""The source of the SQLAlchemy that is installed: its tests are in no wheel."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path

PROJECT = Path(__file__).parents[2]
REQUIREMENTS = PROJECT / "requirements"
CACHE = PROJECT / ".cache" / "sqlalchemy"


def source() -> Path:
    """The folder of the source, fetched where it is not there yet.

    Raises `LookupError` where the lock does not name the installed version, and
    `subprocess.CalledProcessError` where the index does not have what the lock names.
    """
    installed = version("sqlalchemy")
    folder = CACHE / f"sqlalchemy-{installed}"
    if not folder.exists():
        _unpack(_archive(installed), folder)
    return folder


def _archive(installed: str) -> Path:
    """The archive from the index, which has to have a hash that the lock names."""
    CACHE.mkdir(parents=True, exist_ok=True)
    pinned = CACHE / f"sqlalchemy-{installed}.txt"
    pinned.write_text(_pin(installed))
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    # pip asks what it fetches for its own requirements, which are built with what is installed.
    wanted = ["--no-binary", "sqlalchemy", "--no-deps", "--require-hashes", "-r", str(pinned)]
    subprocess.run([*pip, *wanted, "--dest", str(CACHE)], check=True)
    return CACHE / f"sqlalchemy-{installed}.tar.gz"


def _pin(installed: str) -> str:
    """The lines of a lock that name the version and its hashes."""
    for lock in (REQUIREMENTS / "dev.txt", *REQUIREMENTS.glob("sqlalchemy-*.txt")):
        found = re.search(
            rf"^sqlalchemy=={re.escape(installed)} \\\n(?: +--hash=\S+(?: \\)?\n)+",
            lock.read_text(),
            re.MULTILINE,
        )
        if found:
            return found[0]
    raise LookupError(f"no lock in {REQUIREMENTS} names SQLAlchemy {installed}; make lock does")


def _unpack(archive: Path, folder: Path) -> None:
    unfinished = folder.with_suffix(".unfinished")
    with tarfile.open(archive) as opened:
        opened.extractall(unfinished, filter="data")
    # Only a whole tree ever has this name.
    (unfinished / folder.name).rename(folder)
    unfinished.rmdir()
