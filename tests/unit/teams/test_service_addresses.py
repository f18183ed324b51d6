from __future__ import annotations

import pytest

from adapters.teams import US_GOV, TeamsConfig

REAL = TeamsConfig(app_id="app")


@pytest.mark.parametrize(
    "url",
    [
        "https://smba.trafficmanager.net/emea/",
        "https://smba.trafficmanager.net:443/teams",
        "https://SMBA.trafficmanager.net/amer/",
        "https://smba.infra.gcc.teams.microsoft.com/teams",
        "https://europe.webchat.botframework.com/",
    ],
)
def test_teams_addresses_are_allowed(url: str) -> None:
    assert REAL.allows_service(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "smba.trafficmanager.net",
        "http://smba.trafficmanager.net/",
        "https://smba.trafficmanager.net:8443/",
        "https://evil.trafficmanager.net/",
        "https://smba.trafficmanager.net.evil.example/",
        "https://botframework.com.evil.example/",
        "https://evilbotframework.com/",
        "https://evil.example/smba.trafficmanager.net",
        "https://smba.trafficmanager.net@evil.example/",
        "https://evil.example\\@smba.trafficmanager.net/",
        "https://smba.trafficmanager.net/#x",
        "https://smba.trafficmanager.net/{0}",
        "https://smba.trafficmanager.net/\n",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://smba.infra.gov.teams.microsoft.us/",
        "https://smba.trafficmanager.net/" + "x" * 600,
    ],
)
def test_everything_else_is_not(url: str) -> None:
    assert not REAL.allows_service(url)


def test_each_cloud_has_its_own_addresses() -> None:
    assert TeamsConfig(app_id="app", cloud=US_GOV).allows_service("https://smba.infra.gov.teams.microsoft.us/teams")
    assert not TeamsConfig(app_id="app", cloud=US_GOV).allows_service("https://smba.trafficmanager.net/")


@pytest.mark.parametrize("url", ["http://localhost:56150/_connector", "http://127.0.0.1:1/", "https://[::1]:8/"])
def test_loopback_is_for_the_sandbox(url: str) -> None:
    assert TeamsConfig(check_tokens=False, loopback_services=True).allows_service(url)
    assert not REAL.allows_service(url)


def test_the_sandbox_talks_to_nobody_else() -> None:
    sandbox = TeamsConfig(check_tokens=False, loopback_services=True)
    assert not sandbox.allows_service("https://smba.trafficmanager.net/")


def test_configurations_that_would_check_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="app id"):
        TeamsConfig()
    with pytest.raises(ValueError, match="loopback"):
        TeamsConfig(app_id="app", check_tokens=False)


def test_the_password_is_not_shown() -> None:
    assert "s3cret" not in repr(TeamsConfig(app_id="app", app_password="s3cret"))
