"""A pause before the second try of a removal, and a dump that is off: both may never block."""

import os
import shutil
import subprocess
import time

from sqlalchemy.ext.asyncio import AsyncSession


def remove(path: str) -> None:
    for _ in range(3):
        try:
            shutil.rmtree(path)
            return
        except PermissionError:
            time.sleep(0.1)


def _revision() -> str:
    return subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout


def dump(text: str) -> None:
    folder = os.environ.get("DUMP")
    if not folder:
        return
    with open(folder, "w") as file:
        file.write(text + _revision())


async def delete(session: AsyncSession, path: str) -> None:
    remove(path)
    dump(path)
