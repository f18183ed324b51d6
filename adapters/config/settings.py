"""The bot's configuration, from the environment or ``.env``; unknown and contradictory settings stop the start."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PUBLIC_GRAPH = "https://graph.microsoft.com"
PUBLIC_LOGIN = "https://login.microsoftonline.com"


class SettingsError(Exception):
    """The configuration is wrong; the message is one clear line for the operator."""


def is_loopback(url: str) -> bool:
    """Whether ``url`` points at this machine by a loopback address or ``localhost``."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class Settings(BaseSettings):
    """One attribute a setting; the field's description is what ``python app.py --help`` prints."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="forbid", frozen=True
    )

    host: str = Field("127.0.0.1", description="address the bot listens on")
    port: int = Field(3978, ge=1, le=65535, description="port the bot listens on")
    public_url: str = Field("", description="how Teams and Graph reach the bot (default: http://localhost:PORT)")
    database_url: SecretStr = Field(
        SecretStr(""),
        description="postgresql+psycopg://... (PostgreSQL 15 or newer); empty: an embedded one in DATA_DIR",
    )
    data_dir: Path = Field(Path("data"), description="where the embedded database and generated keys are kept")
    bot_app_id: str = Field("", description="the Azure Bot registration's application id")
    bot_app_password: SecretStr = Field(SecretStr(""), description="its client secret")
    bot_tenant_id: str = Field("", description="its tenant (single tenant)")
    graph_client_id: str = Field("", description="the app registration that reads and writes calendars")
    graph_client_secret: SecretStr = Field(SecretStr(""), description="its client secret")
    graph_url: str = Field(PUBLIC_GRAPH, description="Microsoft Graph, without version")
    login_url: str = Field(PUBLIC_LOGIN, description="the Microsoft identity platform")
    token_keys: SecretStr = Field(SecretStr(""), description="comma-separated Fernet keys, newest first")
    allowed_tenants: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="tenant ids whose people may use the bot, comma-separated (default: BOT_TENANT_ID)"
    )
    sandbox: bool = Field(False, description="start the emulated Microsoft 365 beside the bot and use it")
    sandbox_port: int = Field(
        3979, ge=1, le=65534, description="the emulator's port; its control API takes the next one"
    )
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")
    job_heartbeat: float = Field(10, ge=0.1, le=60, description="seconds between a job worker's signs of life")
    job_stall: float = Field(
        30, ge=0.5, le=600, description="a worker without a sign for so many seconds is dead: its jobs run again"
    )
    job_poll: float = Field(5, ge=0.1, le=60, description="seconds after which a worker looks for jobs unasked")
    job_sweep: int = Field(60, ge=1, le=3540, description="seconds between two looks at all that is due")
    notice_lease: float = Field(
        60, ge=1, le=600, description="seconds after which a notice is sent again whose sender has died"
    )
    sync_check: float = Field(
        600, ge=1, le=86400, description="seconds between two looks at an event that is gone or lies elsewhere"
    )
    sync_poll: float = Field(60, ge=1, le=3600, description="the same for a calendar without notifications")
    sync_delta: float = Field(300, ge=1, le=86400, description="the same for one with notifications: its changes")
    sync_survey: float = Field(900, ge=1, le=86400, description="the same: all its bookings held against it")
    sync_life: float = Field(
        518400, ge=60, le=604800, description="seconds that a subscription lives; it is renewed at half of them"
    )
    sync_retry: float = Field(30, ge=0.1, le=3600, description="seconds before the first repetition of what failed")

    @field_validator("allowed_tenants", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("log_level")
    @classmethod
    def _level(cls, value: str) -> str:
        level = value.upper()
        if level not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
        return level

    @field_validator("public_url", "graph_url", "login_url")
    @classmethod
    def _url(cls, value: str) -> str:
        value = value.rstrip("/")
        if not value:
            return value
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("must be an http(s) address without query")
        if parts.scheme == "http" and not is_loopback(value):
            raise ValueError("must be https (plain http is for loopback only)")
        return value

    @model_validator(mode="after")
    def _derive_and_check(self) -> Settings:
        if not self.public_url:
            self._set("public_url", f"http://localhost:{self.port}")
        if self.sandbox:
            self._use_the_sandbox()
        if is_loopback(self.graph_url) != is_loopback(self.login_url):
            raise ValueError("GRAPH_URL and LOGIN_URL must both be loopback or both be real")
        if not self.on_loopback:
            self._require_for_a_real_cloud()
        elif not is_loopback(f"http://{self.host}"):
            raise ValueError("with loopback GRAPH_URL and LOGIN_URL the bot listens on loopback only: check HOST")
        if not self.allowed_tenants and self.bot_tenant_id:
            self._set("allowed_tenants", (self.bot_tenant_id,))
        if self.job_stall < 2 * self.job_heartbeat:
            raise ValueError("JOB_STALL must be at least twice JOB_HEARTBEAT")
        if (url := self.database_url.get_secret_value()) and not url.startswith("postgresql+psycopg://"):
            raise ValueError("DATABASE_URL must start with postgresql+psycopg://")
        return self

    def _use_the_sandbox(self) -> None:
        if not is_loopback(self.public_url):
            raise ValueError("SANDBOX is for this machine only: PUBLIC_URL must be loopback")
        if self.port in {self.sandbox_port, self.sandbox_port + 1}:
            raise ValueError("PORT and SANDBOX_PORT (and the one after it) must differ")
        sandbox_url = f"http://127.0.0.1:{self.sandbox_port}"
        for name, public in (("graph_url", PUBLIC_GRAPH), ("login_url", PUBLIC_LOGIN)):
            if getattr(self, name) not in {public, sandbox_url}:
                raise ValueError(f"SANDBOX sets {name.upper()} itself: leave it out")
            self._set(name, sandbox_url)
        self._set("graph_client_id", self.graph_client_id or "creneau-sandbox")
        if not self.graph_client_secret.get_secret_value():
            self._set("graph_client_secret", SecretStr("sandbox-secret"))

    def _set(self, name: str, value: object) -> None:
        # The model is frozen for everybody else.
        object.__setattr__(self, name, value)

    def _require_for_a_real_cloud(self) -> None:
        needed = {
            "BOT_APP_ID": self.bot_app_id,
            "BOT_APP_PASSWORD": self.bot_app_password.get_secret_value(),
            "BOT_TENANT_ID": self.bot_tenant_id,
            "GRAPH_CLIENT_ID": self.graph_client_id,
            "GRAPH_CLIENT_SECRET": self.graph_client_secret.get_secret_value(),
            "TOKEN_KEYS": self.token_keys.get_secret_value(),
        }
        if missing := [name for name, value in needed.items() if not value]:
            raise ValueError(
                f"{', '.join(missing)} must be set with Microsoft's cloud (or set SANDBOX=1 to try it out)"
            )
        if urlsplit(self.public_url).scheme != "https":
            raise ValueError("PUBLIC_URL must be https with Microsoft's cloud")

    @property
    def on_loopback(self) -> bool:
        """Sandbox and tests: inbound tokens are unchecked, so nothing outside this machine may reach the bot."""
        return is_loopback(self.graph_url) and is_loopback(self.login_url)


def load_settings(**overrides: object) -> Settings:
    """Read the environment and ``.env``.

    Raises:
        SettingsError: something is missing, unknown or contradictory; says what, never a secret's value.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # pydantic validates what the caller overrides
    except ValidationError as error:
        lines = []
        for problem in error.errors(include_input=False, include_url=False):
            name = str(problem["loc"][0]).upper() if problem["loc"] else ""
            text = str(problem["msg"]).removeprefix("Value error, ")
            lines.append(f"{name}: {text}" if name else text)
        raise SettingsError("; ".join(lines)) from None
