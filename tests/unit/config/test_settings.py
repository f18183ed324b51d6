from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from adapters.config.settings import Settings, SettingsError, is_loopback, load_settings

REAL = {
    "bot_app_id": "11111111-1111-1111-1111-111111111111",
    "bot_app_password": "bot-secret-value",
    "bot_tenant_id": "tenant-one",
    "graph_client_id": "22222222-2222-2222-2222-222222222222",
    "graph_client_secret": "graph-secret-value",
    "token_keys": "key-value",
    "public_url": "https://bot.contoso.example/",
}


@pytest.fixture(autouse=True)
def _nothing_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def refusal(**values: Any) -> str:
    with pytest.raises(SettingsError) as refused:
        load_settings(**values)
    text = str(refused.value)
    assert "\n" not in text, "one clear line"
    assert "secret-value" not in text
    return text


def test_the_sandbox_needs_nothing_else() -> None:
    settings = load_settings(sandbox=True)
    assert settings.on_loopback
    assert settings.graph_url == settings.login_url == "http://127.0.0.1:3979"
    assert settings.public_url == "http://localhost:3978"


def test_a_real_cloud_needs_both_registrations_and_says_which_parts_are_missing() -> None:
    assert "BOT_APP_ID" in refusal()
    for name in REAL:
        if name != "public_url":
            assert name.upper() in refusal(**{**REAL, name: ""})
    assert load_settings(**REAL).public_url == "https://bot.contoso.example"


def test_a_real_cloud_is_reached_by_https_only() -> None:
    assert "PUBLIC_URL" in refusal(**{**REAL, "public_url": "http://localhost:3978"})
    assert "GRAPH_URL" in refusal(**{**REAL, "graph_url": "http://graph.example"})


def test_the_bots_own_tenant_is_the_default_of_the_allowed_ones() -> None:
    assert load_settings(**REAL).allowed_tenants == ("tenant-one",)
    assert load_settings(**REAL, allowed_tenants="a, b,").allowed_tenants == ("a", "b")


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"sandbox": True, "public_url": "https://bot.contoso.example"}, "PUBLIC_URL"),
        ({"sandbox": True, "graph_url": "http://127.0.0.1:9"}, "GRAPH_URL"),
        ({"sandbox": True, "host": "0.0.0.0"}, "HOST"),  # noqa: S104 - refused is what is shown
        ({"sandbox": True, "port": 3980}, "SANDBOX_PORT"),
        ({"graph_url": "http://127.0.0.1:9"}, "LOGIN_URL"),
        ({"sandbox": True, "port": 70_000}, "PORT"),
        ({"sandbox": True, "log_level": "loud"}, "LOG_LEVEL"),
        ({"sandbox": True, "database_url": "sqlite:///x.db"}, "DATABASE_URL"),
        ({"sandbox": "perhaps"}, "SANDBOX"),
        ({"sandbox": True, "public_url": "localhost"}, "PUBLIC_URL"),
        ({"sandbox": True, "job_heartbeat": 20, "job_stall": 30}, "JOB_STALL"),
        ({"sandbox": True, "job_sweep": 0}, "JOB_SWEEP"),
        ({"sandbox": True, "notice_lease": 0.1}, "NOTICE_LEASE"),
        ({"sandbox": True, "sync_life": 604_801}, "SYNC_LIFE"),
    ],
)
def test_contradictions_stop_the_start_by_name(values: dict[str, Any], named: str) -> None:
    assert named in refusal(**values)


def test_an_unknown_name_in_the_env_file_stops_the_start() -> None:
    Path(".env").write_text("SANDBOX=1\nTOKENKEYS=abc\n", encoding="utf-8")
    assert "TOKENKEYS" in refusal()


def test_the_environment_wins_over_the_env_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("SANDBOX=1\nPORT=4000\n", encoding="utf-8")
    monkeypatch.setenv("PORT", "5000")
    assert load_settings().port == 5000


def test_secrets_are_not_printed() -> None:
    shown = repr(load_settings(**REAL))
    assert "secret-value" not in shown
    assert "key-value" not in shown


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://localhost:1", True),
        ("http://127.0.0.1", True),
        ("http://[::1]:3", True),
        ("http://127.0.0.1.example", False),
        ("http://10.0.0.1", False),
        ("https://localhost.example", False),
        ("nonsense", False),
    ],
)
def test_loopback_is_an_address_of_this_machine(url: str, expected: bool) -> None:
    assert is_loopback(url) is expected
