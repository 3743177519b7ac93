"""Which database and driver a URL names, and whether taskbound can use it."""

from __future__ import annotations

from importlib.util import find_spec

from sqlalchemy import URL, make_url
from sqlalchemy.exc import NoSuchModuleError

from taskbound.driver import DRIVERS, driver_of
from taskbound.errors import MissingDriver, SyncDriver

# The asynchronous driver to write instead, for each database that a synchronous URL may name.
_INSTEAD = {
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
    "mysql": "mysql+aiomysql",
    "mariadb": "mysql+aiomysql",
    "sqlite": "sqlite+aiosqlite",
}


def read_url(url: str | URL) -> URL:
    """The URL, once it is sure that it names an asynchronous driver that is installed.

    Raises `SyncDriver` with the URL to write instead, `MissingDriver` with the package to install,
    and `sqlalchemy.exc.ArgumentError` where the text is not a URL.
    """
    read = make_url(url)
    driver = driver_of(read)
    if driver is not None:
        if find_spec(driver.package) is None:
            raise MissingDriver(url=masked(read), package=driver.package, extra=driver.extra)
    elif not _is_async(read):
        raise _sync_driver(read)
    return read


def masked(url: URL) -> str:
    """The URL as text that may be shown: with `***` for the password."""
    return url.render_as_string(hide_password=True)


def _is_async(url: URL) -> bool:
    """Whether SQLAlchemy knows an asynchronous dialect for a driver that is not one of taskbound's."""
    if "+" not in url.drivername:
        # What `postgresql://` means has changed between SQLAlchemy 2.0 and 2.1.
        return False
    try:
        return bool(url._get_entrypoint().get_async_dialect_cls(url).is_async)
    except (NoSuchModuleError, ImportError):
        return False


def _sync_driver(url: URL) -> SyncDriver:
    instead = _INSTEAD.get(url.get_backend_name())
    better = masked(url.set(drivername=instead)) if instead else None
    return SyncDriver(url=masked(url), instead=better, known=", ".join(sorted(DRIVERS)))
