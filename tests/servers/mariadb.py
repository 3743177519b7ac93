"""A MariaDB server: named by TASKBOUND_TEST_MARIADB_URL, else a local one, else from packages.

The packages are Debian's or Ubuntu's, unpacked inside the project.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import URL, make_url

from tests.servers.account import unprivileged_account
from tests.servers.debian import library_path, unpacked
from tests.servers.missing import EngineMissing
from tests.servers.place import Place, fresh_place
from tests.servers.running import LOOPBACK, Order, Server, free_port, running

ENGINE = "MariaDB"
URL_VARIABLE = "TASKBOUND_TEST_MARIADB_URL"
PACKAGES = ["mariadb-server-core"]
USER = "taskbound"

# Servers stand here on most systems, and here is not on the PATH of plain users.
SYSTEM_FOLDERS = "/usr/sbin:/usr/local/sbin:/usr/libexec"

# The folders of an installation that a server needs.
PARTS = ["share", "sbin", "bin", "lib", "lib64"]

# In the order in which they build on one another; named mysql_* before MariaDB 11.
SYSTEM_TABLES = ["system_tables.sql", "performance_tables.sql", "system_tables_data.sql"]

# The data lives as long as the test run: nothing here has to survive a crash.
SETTINGS = [
    "--debug-no-sync",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=0",
    "--innodb-log-file-size=16M",
    "--innodb-buffer-pool-size=64M",
    # A file for each table makes a database of a few tables cost a third more.
    "--innodb-file-per-table=0",
    # Without it a plain user's limit of locked memory can refuse the start.
    "--innodb-use-native-aio=0",
    "--skip-log-bin",
]


@dataclass(frozen=True)
class Installation:
    """Where MariaDB's files lie: `base` holds `program`, `share` its messages and SQL."""

    base: Path
    program: Path
    share: Path
    libraries: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """What the program needs in its environment to find its libraries."""
        return {"LD_LIBRARY_PATH": self.libraries} if self.libraries else {}

    def moved(self, base: Path) -> Installation:
        """The same installation after its files were copied to `base`."""
        return replace(
            self,
            base=base,
            program=base / self.program.relative_to(self.base),
            share=base / self.share.relative_to(self.base),
            libraries=self.libraries.replace(str(self.base), str(base)),
        )


@contextmanager
def mariadb() -> Iterator[Server]:
    """A MariaDB server on which the tests may create databases; ours is stopped on exit.

    :raises EngineMissing: if no URL names one, none is installed, and none can be unpacked.
    :raises ServerDied: if our own does not start.
    """
    named = os.environ.get(URL_VARIABLE)
    if named:
        yield Server(make_url(named).set(drivername="mysql+pymysql"))
        return
    place = fresh_place(unprivileged_account())
    try:
        with running(*initialised(place)) as server:
            yield server
    finally:
        place.remove()


def initialised(place: Place, *options: str) -> tuple[Order, URL]:
    """A new data folder in `place`: the order that serves it, and the address it will have.

    :param options: MariaDB's own, which win over ours.
    """
    installed = _local() or _from_debian()
    usable = installed.moved(place.readable(installed.base, *PARTS))
    password = secrets.token_urlsafe()
    _initialise(place, usable)
    port = free_port()
    return _order(place, usable, password, port, options), _url(password, port)


def _local() -> Installation | None:
    found = shutil.which("mariadbd", path=f"{os.environ.get('PATH', '')}:{SYSTEM_FOLDERS}")
    if found is None:
        return None
    program = Path(found).resolve()
    return Installation(program.parents[1], program, _share(program.parents[1]))


def _from_debian() -> Installation:
    program = Path("usr", "sbin", "mariadbd")
    tree = unpacked(ENGINE, PACKAGES, program, otherwise=URL_VARIABLE)
    base = tree / "usr"
    return Installation(base, tree / program, _share(base), library_path(tree))


def _share(base: Path) -> Path:
    for name in ("mysql", "mariadb"):
        if list((base / "share" / name).glob("*_system_tables.sql")):
            return base / "share" / name
    raise EngineMissing(ENGINE, f"{base}/share holds no SQL for its system tables")


def _initialise(place: Place, installation: Installation) -> None:
    data = place.folder / "data"
    data.mkdir(mode=0o700)
    place.give(data)
    place.run(
        [*_command(place, installation), "--bootstrap"],
        installation.environment,
        text=_bootstrap_sql(installation.share),
    )


def _bootstrap_sql(share: Path) -> str:
    parts = [next(share.glob(f"m*_{name}")).read_text(encoding="utf-8") for name in SYSTEM_TABLES]
    return "\n".join(
        [
            "CREATE DATABASE mysql;",
            "USE mysql;",
            "SET @skip_auth_anonymous=1, @auth_root_socket=NULL;",
            *parts,
            # These accounts come without a password.
            "DELETE FROM global_priv WHERE User='root';",
        ]
    )


def _command(place: Place, installation: Installation) -> list[str]:
    return [
        str(installation.program),
        "--no-defaults",
        f"--basedir={installation.base}",
        f"--datadir={place.folder / 'data'}",
        f"--tmpdir={place.folder}",
        f"--lc-messages-dir={installation.share}",
        f"--character-sets-dir={installation.share / 'charsets'}",
        *SETTINGS,
    ]


def _order(
    place: Place, installation: Installation, password: str, port: int, others: tuple[str, ...]
) -> Order:
    # The account can have no password in the command, which everybody on the machine can read.
    start = place.write(
        "start.sql",
        f"CREATE USER IF NOT EXISTS {USER}@'{LOOPBACK}' IDENTIFIED BY '{password}';\n"
        f"GRANT ALL ON *.* TO {USER}@'{LOOPBACK}' WITH GRANT OPTION;\n",
    )
    return Order(
        place,
        [
            *_command(place, installation),
            f"--bind-address={LOOPBACK}",
            f"--port={port}",
            f"--socket={place.folder / 'socket'}",
            f"--pid-file={place.folder / 'pid'}",
            f"--init-file={start}",
            "--skip-name-resolve",
            # A day by default: a leaked connection would hold the end of the run up, not fail it.
            "--lock-wait-timeout=20",
            "--performance-schema=0",
            "--character-set-server=utf8mb4",
            "--default-time-zone=+00:00",
            *others,
        ],
        signal.SIGTERM,
        installation.environment,
    )


def _url(password: str, port: int) -> URL:
    return URL.create("mysql+pymysql", USER, password, LOOPBACK, port, "mysql")
