"""The account that servers run under: never root."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Account:
    """A user and group that a process can be started as."""

    user: int
    group: int

    def can(self, access: str, path: Path) -> bool:
        """Whether the account has `access` ("-r" or "-x", as test(1) has them) to `path`."""
        found = subprocess.run(
            ["test", access, str(path)],
            user=self.user,
            group=self.group,
            extra_groups=[],
            cwd="/",
            check=False,
        )
        return found.returncode == 0

    def own(self, folder: Path) -> None:
        """Give `folder` and everything in it to the account."""
        os.chown(folder, self.user, self.group)
        for parent, folders, files in os.walk(folder):
            for name in [*folders, *files]:
                os.chown(Path(parent, name), self.user, self.group, follow_symlinks=False)


def unprivileged_account() -> Account | None:
    """The account `nobody` when the tests run as root, else None: the tests' own user will do."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)
