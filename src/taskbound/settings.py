"""`DatabaseSettings`: the settings of a `Database` from the environment."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

_Seconds = Annotated[float, Field(ge=0)]
_Mode = Literal["raise", "warn", "observe", "off"]


class DatabaseSettings(BaseSettings):
    """The settings of a `Database`, read from environment variables that begin with `TASKBOUND_`.

    ```
    TASKBOUND_URL=postgresql+asyncpg://shop:secret@db/shop
    TASKBOUND_POOL_SIZE=20
    TASKBOUND_IDLE_CHECK=none
    ```

    Names, units and defaults are those of `Database`. `none` and the empty text mean None. The URL and
    the cursor key are kept secret: they show in no `repr`, log or error of the settings.

    Raises `pydantic.ValidationError` where the URL is missing or a value does not fit.
    """

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_prefix="TASKBOUND_",
        env_parse_none_str="none",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    # Required; written so that type checkers let the environment give it.
    url: SecretStr = Field(default=...)
    echo: bool = False
    pool_size: Annotated[int, Field(ge=1)] = 10
    max_overflow: Annotated[int, Field(ge=-1)] = 0
    pool_timeout: _Seconds = 10.0
    pool_recycle: _Seconds | None = 1800.0
    pool_pre_ping: bool = False
    idle_check: _Seconds | None = 5.0
    connect_timeout: _Seconds = 10.0
    busy_timeout: _Seconds = 5.0
    guard: bool | _Mode | dict[str, _Mode] = True
    held_budget: _Seconds | None = 1.0
    cursor_key: SecretStr | None = None

    def arguments(self) -> dict[str, Any]:
        """The settings but the URL, as keyword arguments of `Database`. The cursor key is bytes there."""
        key = self.cursor_key
        secret = key.get_secret_value().encode() if key else None
        return {**self.model_dump(exclude={"url"}), "cursor_key": secret}
