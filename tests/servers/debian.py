"""Programs from Debian's and Ubuntu's packages, unpacked inside the project, without root.

`apt-get` says what the package needs beyond what this machine has, fetches it and checks its
signatures; `dpkg -x` unpacks it. First with the machine's own package lists, then, where it has
none or they are out of date, with fresh lists of our own.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.missing import EngineMissing
from tests.servers.place import CACHE

DEBIAN = CACHE / "debian"

# What a machine's apt configuration may do after an update would touch files of the machine.
CONFIGURATION = """\
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
Acquire::Languages "none";
Acquire::Retries "2";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
"""

PLANNED = re.compile(r"^Inst (?P<name>\S+) (?:\[[^]]*\] )?\((?P<version>\S+)", re.MULTILINE)

UNFINISHED = "unfinished-"


def unpacked(engine: str, packages: list[str], program: Path, *, otherwise: str) -> Path:
    """The folder that holds `packages` and those of their dependencies that this machine lacks.

    :param engine: the engine's name, for the error.
    :param packages: the first one gives the folder its name.
    :param program: its program, relative to the folder; what is cached must be able to run.
    :param otherwise: the environment variable that would have made this unnecessary.
    :raises EngineMissing: if this is no Debian, or the packages cannot be had.
    """
    tree = DEBIAN / packages[0]
    with _alone():
        if runs(tree, program):
            return tree
        if not all(map(shutil.which, ("apt-get", "dpkg"))):
            reason = f"not installed, no {otherwise} set, and no apt-get to get it"
            raise EngineMissing(engine, reason)
        _renew(engine, packages, tree)
        return tree


def library_path(tree: Path) -> str:
    """A value for LD_LIBRARY_PATH that lets programs in `tree` find the libraries in it."""
    folders = {library.parent for library in tree.rglob("lib*.so*")}
    return ":".join(str(folder) for folder in sorted(folders))


def runs(tree: Path, program: Path) -> bool:
    """Whether `program` is in `tree` and finds all its libraries on this machine."""
    if not (tree / program).exists():
        return False
    environment = {"LD_LIBRARY_PATH": library_path(tree)}
    answer = subprocess.run(
        [tree / program, "--version"], env=environment, capture_output=True, check=False
    )
    return answer.returncode == 0


@contextmanager
def _alone() -> Iterator[None]:
    """Keep two test runs from unpacking the same package at the same time."""
    DEBIAN.mkdir(parents=True, exist_ok=True)
    with (DEBIAN / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _renew(engine: str, packages: list[str], tree: Path) -> None:
    for leftover in DEBIAN.glob(f"{UNFINISHED}*"):
        shutil.rmtree(leftover)
    with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=DEBIAN) as scratch:
        fresh = Path(scratch, "tree")
        _unpack(_fetched(engine, packages, Path(scratch)), fresh)
        shutil.rmtree(tree, ignore_errors=True)
        # Only a whole tree ever has this name.
        fresh.rename(tree)


def _fetched(engine: str, packages: list[str], scratch: Path) -> list[Path]:
    configuration = scratch / "apt.conf"
    configuration.write_text(CONFIGURATION, encoding="utf-8")
    try:
        _download(packages, scratch, _options(scratch, own_lists=False))
    except subprocess.CalledProcessError:
        _download_with_own_lists(engine, packages, scratch)
    return sorted(scratch.glob("*.deb"))


def _download_with_own_lists(engine: str, packages: list[str], scratch: Path) -> None:
    options = _options(scratch, own_lists=True)
    try:
        # One source that is down, of several, must not stop the others: what counts comes after.
        _apt(scratch, [*options, "update"], check=False)
        _download(packages, scratch, options)
    except subprocess.CalledProcessError as refusal:
        raise EngineMissing(engine, _complaint(packages, refusal)) from refusal


def _download(packages: list[str], scratch: Path, options: list[str]) -> None:
    plan = _apt(scratch, [*options, "install", "--simulate", "--no-install-recommends", *packages])
    wanted = {found["name"]: found["version"] for found in PLANNED.finditer(plan)}
    # What is installed is not in the plan: it is fetched all the same, because it was asked for.
    installed = [package for package in packages if package not in wanted]
    versions = [f"{name}={version}" for name, version in wanted.items()]
    _apt(scratch, [*options, "download", *versions, *installed])


def _options(scratch: Path, *, own_lists: bool) -> list[str]:
    places = {"Dir::Cache": scratch / "cache"}
    if own_lists:
        places["Dir::State::lists"] = scratch / "lists"
    for place in places.values():
        place.mkdir(exist_ok=True)
    (scratch / "cache" / "archives" / "partial").mkdir(parents=True, exist_ok=True)
    # Root would hand the download to a user that may not write into the project.
    sandbox = "APT::Sandbox::User=root"
    options = [sandbox, *(f"{name}={place}" for name, place in places.items())]
    return ["-c", "apt.conf", *(part for option in options for part in ("-o", option))]


def _apt(scratch: Path, arguments: list[str], *, check: bool = True) -> str:
    done = subprocess.run(
        ["apt-get", "--quiet", *arguments],
        cwd=scratch,
        env=os.environ | {"LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=check,
    )
    return done.stdout


def _complaint(packages: list[str], refusal: subprocess.CalledProcessError) -> str:
    errors = [line for line in refusal.stderr.splitlines() if line.startswith("E: ")]
    return f"apt-get cannot fetch {packages[0]}: {' '.join(errors) or refusal}"


def _unpack(archives: list[Path], tree: Path) -> None:
    for archive in archives:
        subprocess.run(["dpkg", "-x", str(archive), str(tree)], check=True, capture_output=True)
