"""A Chromium for browser tests: named by TASKBOUND_TEST_CHROMIUM, else local, else from Debian."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers.debian import library_path, unpacked

ENGINE = "Chromium"
PATH_VARIABLE = "TASKBOUND_TEST_CHROMIUM"

# The second is not for Chromium but for Playwright's own Node.js, and small systems lack it.
PACKAGES = ["chromium", "libatomic1"]

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]

# A browser that shows pages of this machine and asks nothing of any other.
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]

# Fonts of the machine, and those that came with the packages.
FONTS = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


@dataclass(frozen=True)
class Chromium:
    """A browser's program, and what its environment and its driver's must say beyond the usual."""

    program: Path
    environment: dict[str, str] = field(default_factory=dict)


def chromium(home: Path) -> Chromium:
    """A Chromium that can be started.

    :param home: an empty folder for what the browser writes outside its profile.
    :raises EngineMissing: if none is named or installed, and none can be unpacked.
    """
    named = os.environ.get(PATH_VARIABLE)
    if named:
        return Chromium(Path(named), {"HOME": str(home)})
    return _local(home) or _from_debian(home)


def _local(home: Path) -> Chromium | None:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return Chromium(Path(found), {"HOME": str(home)}) if found else None


def _from_debian(home: Path) -> Chromium:
    # The command in usr/bin is a script that looks for the program in the system's folders.
    program = Path("usr", "lib", "chromium", "chromium")
    tree = unpacked(ENGINE, PACKAGES, program, otherwise=PATH_VARIABLE)
    fonts = home / "fonts.conf"
    fonts.write_text(FONTS.format(fonts=tree / "usr/share/fonts", cache=home / "fonts"))
    environment = {
        "HOME": str(home),
        "LD_LIBRARY_PATH": library_path(tree),
        "FONTCONFIG_FILE": str(fonts),
    }
    return Chromium(tree / program, environment)
