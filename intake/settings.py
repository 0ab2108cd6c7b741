"""What the service needs to start. Everything else lives in the database and is changed in the browser.

Read from, the later winning: a TOML file, the environment (`INTAKE_` in front), files named by the
environment (`INTAKE_SECRET_KEY_FILE=/run/secrets/key`). All mistakes are reported at once.
"""

import os
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any, Literal

from cryptography.fernet import Fernet
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

PREFIX = "INTAKE_"
DRIVERS = ("sqlite+aiosqlite", "postgresql+asyncpg")


class Settings(BaseSettings):
    """Every setting, its default, and what it means (docs/operating.md shows them as a table)."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    database_url: SecretStr = Field(
        SecretStr("sqlite+aiosqlite:///intake.db"),
        description="Where records are kept: `sqlite+aiosqlite:///file` or `postgresql+asyncpg://…`",
    )
    host: str = Field("127.0.0.1", description="Address to listen on")
    port: int = Field(8080, ge=0, le=65535, description="Port to listen on; 0 takes a free one")
    public_url: str = Field(
        "", description="How browsers reach it, for links and secure cookies: `https://…`"
    )
    secret_key: SecretStr | None = Field(
        None,
        description="Fernet keys that seal secrets at rest, newest first, comma between; made on first "
        "start in `secret_key_path` when not given",
    )
    secret_key_path: Path = Field(Path("intake.key"), description="Where the made key is kept (mode 600)")
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = Field(
        (), description="Networks of reverse proxies whose X-Forwarded-* headers are believed"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="How much to log")
    log_format: Literal["json", "text"] = Field("json", description="`json` for machines, `text` for people")
    files_path: Path = Field(
        Path("intake-files"), description="Folder of attachments and large letters, kept by their hash"
    )
    smtp_host: str = Field("", description="Address the SMTP receiver listens on; empty: it does not")
    smtp_port: int = Field(2525, ge=0, le=65535, description="Port of the SMTP receiver; 0 takes a free one")
    smtp_name: str = Field("", description="Host name the SMTP receiver greets with; empty: the machine's")
    smtp_certificate: Path | None = Field(None, description="PEM file for STARTTLS, key included")
    session_days: int = Field(30, ge=1, le=365, description="How long a browser stays signed in unused")

    @field_validator("database_url")
    @classmethod
    def _known_driver(cls, value: SecretStr) -> SecretStr:
        try:
            driver = make_url(value.get_secret_value()).drivername
        except ArgumentError:
            raise ValueError("is not a database URL") from None
        if driver not in DRIVERS:
            raise ValueError(f"must begin with one of {', '.join(DRIVERS)}, not {driver}")
        return value

    @field_validator("secret_key")
    @classmethod
    def _fernet_keys(cls, value: SecretStr | None) -> SecretStr | None:
        for key in value.get_secret_value().split(",") if value else ():
            try:
                Fernet(key.strip())
            except ValueError:
                raise ValueError("must be Fernet keys (make one with `intake new-key`)") from None
        return value

    @field_validator("public_url")
    @classmethod
    def _plain_url(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/")

    @property
    def secure(self) -> bool:
        """Whether browsers come by https, so that cookies may be marked so."""
        return self.public_url.startswith("https://")

    def secret_keys(self) -> list[str]:
        """The sealing keys; the first start makes one and keeps it beside the database."""
        if self.secret_key is not None:
            return [key.strip() for key in self.secret_key.get_secret_value().split(",")]
        if not self.secret_key_path.exists():
            descriptor = os.open(self.secret_key_path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(Fernet.generate_key())
        return self.secret_key_path.read_text().split()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        toml = TomlConfigSettingsSource(settings_cls, _config_path())
        return init_settings, SecretFiles(settings_cls), env_settings, toml


class SecretFiles(EnvSettingsSource):
    """`INTAKE_NAME_FILE=path` gives NAME what the file holds; a missing file is a mistake."""

    def __call__(self) -> dict[str, Any]:
        named = {
            name: os.environ[f"{PREFIX}{name.upper()}_FILE"]
            for name in self.settings_cls.model_fields
            if f"{PREFIX}{name.upper()}_FILE" in os.environ
        }
        return {name: Path(path).read_text().strip() for name, path in named.items()}


class Mistakes(Exception):
    """Everything that is wrong with the settings, a line each."""


def load_settings(config: Path | None = None) -> Settings:
    """Raises Mistakes with every wrong setting named."""
    if config is not None:
        if not config.is_file():
            raise Mistakes(f"{config}: no such file")
        os.environ[f"{PREFIX}CONFIG"] = str(config)
    try:
        return Settings()
    except ValidationError as error:
        lines = (f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise Mistakes("\n".join(lines)) from None
    except (OSError, ValueError) as error:  # a secret's file is missing; TOML that does not parse
        raise Mistakes(str(error)) from None


def _config_path() -> Path:
    return Path(os.environ.get(f"{PREFIX}CONFIG", "intake.toml"))
