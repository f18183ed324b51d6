"""The process: what it keeps, how it ends, whom it answers."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.support.receiver import Receiver
from tests.support.sandbox import CONTOSO, ROOT, ControlError, Sandbox, SandboxProcess


def control(process: SandboxProcess) -> Sandbox:
    return Sandbox(process.url, process.control_url)


def test_state_tokens_clock_and_switches_survive_a_restart(tmp_path: Path) -> None:
    process = SandboxProcess("--data", str(tmp_path), "--seed", "empty")
    before = control(process)
    token = before.token()
    before.policy(deleted_readable=True)
    before.add_event("2026-12-07T09:00:00", "2026-12-07T10:00:00", subject="Kept", tags={"x": "y"})
    before.advance(timedelta(minutes=5))
    before.order("POST", "/clock", freeze=True)
    events, calendars, now = before.events(), before.calendars(), before.now()
    before.close()
    assert process.stop() == 0
    process = SandboxProcess("--data", str(tmp_path))
    after = control(process)
    try:
        assert (after.events(), after.calendars()) == (events, calendars)
        assert after.now() == now
        headers = {"Authorization": f"Bearer {token}"}
        assert requests.get(f"{after.url}/v1.0/me", headers=headers, timeout=10).status_code == 200
        assert after.order("POST", "/policy")["switches"]["deleted_readable"] is True
    finally:
        after.close()
        assert process.stop() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_quietly(number: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "--port", "0"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert json.loads(process.stdout.readline())["url"].startswith("http://127.0.0.1:")
    process.send_signal(number)
    rest, errors = process.communicate(timeout=10)
    assert (process.returncode, rest, errors) == (0, "", "")


def test_a_taken_port_is_said_in_one_line(sandbox: Sandbox) -> None:
    port = sandbox.url.rsplit(":", 1)[1]
    done = subprocess.run(
        [sys.executable, "-m", "sandbox", "--port", port, "--control-port", "0"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "cannot listen" in done.stderr


@pytest.mark.parametrize("plane", ["url", "control_url"])
def test_another_host_name_is_refused(sandbox: Sandbox, plane: str) -> None:
    address: Any = getattr(sandbox, plane)
    for host in ("evil.example", "127.0.0.1.evil.example:80", "", "127.0.0.1@evil.example"):
        response = requests.get(f"{address}/health", headers={"Host": host}, timeout=10)
        assert response.status_code in {400, 421}
    port = address.rsplit(":", 1)[1]
    assert requests.get(f"http://localhost:{port}/health", timeout=10).status_code in {200, 404}


def test_resetting_forgets_events_tokens_faults_and_records(sandbox: Sandbox) -> None:
    token = sandbox.token()
    sandbox.add_event("2026-12-07T09:00:00", "2026-12-07T10:00:00")
    sandbox.fault(status=500)
    sandbox.reset()
    assert (sandbox.events(), sandbox.requests(), sandbox.order("GET", "/faults")) == ([], [], [])
    response = requests.get(f"{sandbox.url}/v1.0/me", headers={"Authorization": f"Bearer {token}"}, timeout=10)
    assert response.status_code == 401


def test_a_person_made_by_an_order_has_a_calendar_and_tokens(sandbox: Sandbox) -> None:
    new = {"user": "9f3a1c2e-0000-4000-8000-00000000000a", "address": "new@contoso.example", "name": "New"}
    sandbox.order("POST", "/users", op="create", tenant=CONTOSO, **new)
    assert [one["name"] for one in sandbox.calendars("new@contoso.example")] == ["Calendar"]
    headers = {"Authorization": f"Bearer {sandbox.token('new@contoso.example')}"}
    assert requests.get(f"{sandbox.url}/v1.0/me", headers=headers, timeout=10).json()["displayName"] == "New"
    for wrong in ({"tenant": CONTOSO}, {"tenant": "nowhere", "user": "x", "address": "y@contoso.example"}):
        with pytest.raises(ControlError):
            sandbox.order("POST", "/users", op="create", **{**new, **wrong})


def test_subscriptions_survive_a_restart_and_what_waits_does_not_hinder_the_end(
    tmp_path: Path, receiver: Receiver
) -> None:
    process = SandboxProcess("--data", str(tmp_path), "--seed", "empty", "--notify-retry", "60")
    before = control(process)
    body = {
        "changeType": "deleted",
        "notificationUrl": receiver.url,
        "resource": "me/events",
        "expirationDateTime": (before.now() + timedelta(days=1)).isoformat(),
    }
    headers = {"Authorization": f"Bearer {before.token()}"}
    made = requests.post(f"{before.url}/v1.0/subscriptions", json=body, headers=headers, timeout=10)
    assert made.status_code == 201
    first, second = (before.add_event("2026-12-07T09:00:00", "2026-12-07T10:00:00")["id"] for _ in range(2))
    receiver.status = 503
    before.act("delete", first)
    assert not before.notifications(settle=0.2)["idle"]
    before.close()
    assert process.stop() == 0
    process = SandboxProcess("--data", str(tmp_path))
    after = control(process)
    try:
        receiver.status = 202
        receiver.bodies.clear()
        assert [one["id"] for one in after.subscriptions()] == [made.json()["id"]]
        after.act("delete", second)
        after.settled()
        assert receiver.changes() == ["deleted"]
    finally:
        after.close()
        assert process.stop() == 0
