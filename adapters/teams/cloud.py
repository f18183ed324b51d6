"""Where Teams is: the endpoints of one Microsoft cloud, and which addresses a bot token may be sent to."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Cloud:
    """One Microsoft cloud. ``service_hosts`` are host names; a leading ``*.`` stands for any name below."""

    login_url: str
    channel_scope: str
    token_issuer: str
    openid_metadata_url: str
    service_hosts: tuple[str, ...]


PUBLIC = Cloud(
    login_url="https://login.microsoftonline.com",
    channel_scope="https://api.botframework.com",
    token_issuer="https://api.botframework.com",  # noqa: S106  # an issuer's name
    openid_metadata_url="https://login.botframework.com/v1/.well-known/openidconfiguration",
    service_hosts=("smba.trafficmanager.net", "*.botframework.com", "*.teams.microsoft.com"),
)
US_GOV = Cloud(
    login_url="https://login.microsoftonline.us",
    channel_scope="https://api.botframework.us",
    token_issuer="https://api.botframework.us",  # noqa: S106  # an issuer's name
    openid_metadata_url="https://login.botframework.azure.us/v1/.well-known/openidconfiguration",
    service_hosts=("*.botframework.us", "*.botframework.azure.us", "*.teams.microsoft.us"),
)


@dataclass(frozen=True, slots=True)
class TeamsConfig:
    """How the bot meets Teams.

    ``check_tokens`` off (sandbox and tests) accepts every activity and sends no token; it is refused unless
    ``loopback_services`` keeps the bot's answers on this machine. ``allowed_tenants`` empty means any tenant.

    Raises:
        ValueError: tokens are to be checked without an app id (the SDK would then check nothing), or unchecked
            activities could make the bot talk to another machine.
    """

    app_id: str = ""
    app_password: str = field(default="", repr=False)
    tenant_id: str = ""
    allowed_tenants: tuple[str, ...] = ()
    check_tokens: bool = True
    loopback_services: bool = False
    cloud: Cloud = PUBLIC

    def __post_init__(self) -> None:
        if self.check_tokens and not self.app_id:
            raise ValueError("checking inbound tokens needs the bot's app id")
        if not self.check_tokens and not self.loopback_services:
            raise ValueError("unchecked activities are for loopback services only")

    def allows_tenant(self, tenant_id: str) -> bool:
        return not self.allowed_tenants or tenant_id.casefold() in {t.casefold() for t in self.allowed_tenants}

    def allows_service(self, url: str) -> bool:
        """Whether the bot may post to this ``serviceUrl``, with its token (facts: the SDK trusts every address)."""
        # Braces: the SDK runs str.format over its base address.
        if (
            not url
            or len(url) > 512
            or any(char in url for char in "{}\\ ")
            or not url.isascii()
            or not url.isprintable()
        ):
            return False
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            return False
        host = (parts.hostname or "").casefold()
        if not host or parts.username is not None or parts.password is not None or parts.query or parts.fragment:
            return False
        if self.loopback_services and _is_loopback(host):
            return parts.scheme in {"http", "https"}
        if not self.check_tokens:
            return False
        return (
            parts.scheme == "https" and port in {None, 443} and any(_matches(host, p) for p in self.cloud.service_hosts)
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _matches(host: str, pattern: str) -> bool:
    return host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern
