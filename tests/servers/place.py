"""A folder of its own for one server: inside the project where that works."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.servers.account import Account
from tests.servers.died import ServerDied

# Inside the project, and ignored by git.
CACHE = Path(__file__).parents[2] / ".cache"

# Where a folder lies that another user can reach when the project's own cannot.
OUTSIDE = tempfile.gettempdir()

# Bytes of path that leave room for a socket's name: Linux allows 107 in all, macOS 103.
LONGEST_FOLDER = 80


@dataclass(frozen=True)
class Place:
    """A fresh private folder, and the account that owns it (None: the tests' own user)."""

    folder: Path
    account: Account | None

    def write(self, name: str, text: str) -> Path:
        """A file in the folder that holds `text` and that only the account can read."""
        file = self.folder / name
        file.touch(mode=0o600)
        file.write_text(text, encoding="utf-8")
        self.give(file)
        return file

    def readable(self, base: Path, *parts: str) -> Path:
        """`base`, or a folder of this place with copies of its `parts` where the account needs it.

        :param parts: folders in `base`, which keep their places; a part that is not there is left.
        """
        if self.account is None or self.account.can("-x", base / parts[0]):
            return base
        copy = self.folder / "installation"
        for part in parts:
            if (base / part).is_dir():
                shutil.copytree(base / part, copy / part, symlinks=True)
        self.give(copy)
        return copy

    def run(self, command: list[str], environment: dict[str, str], *, text: str = "") -> None:
        """Run `command` as the account in this folder, to its end, with `text` as its input.

        :raises ServerDied: if it fails; holds the end of what it wrote.
        """
        done = subprocess.run(
            command,
            input=text,
            encoding="utf-8",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self.folder,
            env=environment,
            user=self.account.user if self.account else None,
            group=self.account.group if self.account else None,
            extra_groups=[] if self.account else None,
            check=False,
        )
        if done.returncode != 0:
            raise ServerDied(done.stdout)

    def give(self, path: Path) -> None:
        """Hand `path` to the account."""
        if self.account is not None:
            self.account.own(path)

    def remove(self) -> None:
        """Delete the folder with everything in it."""
        shutil.rmtree(self.folder, ignore_errors=True)


def fresh_place(account: Account | None) -> Place:
    """A new folder in the project's cache, or in the system's temporary folder.

    The latter where the account may not pass through the project's parents (a project below /root)
    or where the project's path is too long for a socket in it.
    """
    inside = Path(tempfile.mkdtemp(dir=_servers_cache()))
    if _serves(inside, account):
        return _owned(inside, account)
    inside.rmdir()
    return _owned(Path(tempfile.mkdtemp(prefix="taskbound-", dir=OUTSIDE)), account)


def _servers_cache() -> Path:
    folder = CACHE / "servers"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _serves(folder: Path, account: Account | None) -> bool:
    if len(str(folder).encode()) > LONGEST_FOLDER:
        return False
    return account is None or account.can("-x", folder.parent)


def _owned(folder: Path, account: Account | None) -> Place:
    place = Place(folder, account)
    place.give(folder)
    return place
