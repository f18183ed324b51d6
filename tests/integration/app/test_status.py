"""``python app.py status`` and ``/metrics``: counts and ages for the operator, never anybody's words."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from adapters.storage import Storage
from adapters.storage.embedded import EmbeddedPostgres, EmbeddedPostgresError, running_url
from bot.model import PersonId, TeamsUser
from bot.notices.notice import NewNotice, NoticeKind, NoticeState
from tests.integration.app.test_command_line import run
from tests.integration.storage.values import a_person
from tests.support.creneau import RunningCreneau
from tests.support.sandbox import CAMILLE as MAILBOX
from tests.support.teams_activities import CAMILLE

URL = "http://127.0.0.1:9"
KEY = "c2FuZGJveC1rZXktc2FuZGJveC1rZXktc2FuZGJveC0="


async def status(cwd: Path, *arguments: str, database_url: str, **more: str) -> tuple[int, str, str]:
    return await run(
        "status",
        *arguments,
        cwd=cwd,
        GRAPH_URL=URL,
        LOGIN_URL=URL,
        DATABASE_URL=database_url,
        GRAPH_CLIENT_ID="x",
        GRAPH_CLIENT_SECRET="y",
        TOKEN_KEYS=KEY,
        **more,
    )


async def a_notice(store: Storage, fact: str, at: datetime) -> PersonId:
    person = await a_person(store)
    await store.notices.add([NewNotice(person.id, NoticeKind.SETTLED, fact)], at)
    return person.id


async def test_a_bot_that_keeps_up_is_said_to(store: Storage, database_url: str, tmp_path: Path) -> None:
    await a_notice(store, "Budget with anna@contoso.example", datetime.now(UTC))
    code, out, err = await status(tmp_path, database_url=database_url)
    assert (code, err) == (0, "")
    assert "Subscriptions" in out
    assert out.rstrip().endswith("Everything is on time.")


async def test_what_is_overdue_is_marked_and_ends_with_one(store: Storage, database_url: str, tmp_path: Path) -> None:
    await a_notice(store, "Budget with anna@contoso.example", datetime.now(UTC) - timedelta(hours=3))
    code, out, _ = await status(tmp_path, database_url=database_url)
    assert code == 1
    (late,) = [line for line in out.splitlines() if line.startswith("!")]
    assert "oldest unsent notice" in late
    code, out, _ = await status(tmp_path, "--json", database_url=database_url)
    said = json.loads(out)
    assert (code, said["ok"], said["overdue"]) == (1, False, ["notices_waiting_oldest_seconds"])
    assert said["figures"]['notices{state="waiting"}'] == 1


async def test_what_people_wrote_is_never_shown(store: Storage, database_url: str, tmp_path: Path) -> None:
    person_id = await a_notice(store, "Budget with anna@contoso.example", datetime.now(UTC))
    claimed = await store.notices.claim(person_id, datetime.now(UTC), datetime.now(UTC) + timedelta(minutes=1))
    assert claimed is not None
    await store.notices.park(claimed, "ConversationBlockedByUser")
    code, out, _ = await status(tmp_path, database_url=database_url)
    assert code == 0, "a parked notice waits for its recipient, not for the operator"
    assert "ConversationBlockedByUser" in out
    for secret in ("Budget", "contoso", "Camille", "camille", KEY):
        assert secret not in out


async def test_a_database_without_tables_is_one_line(empty_database_url: str, tmp_path: Path) -> None:
    code, out, err = await status(tmp_path, database_url=empty_database_url)
    assert (code, out) == (2, "")
    assert err.strip().count("\n") == 0
    assert "Traceback" not in err


async def test_the_embedded_database_of_a_running_bot_is_found(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with pytest.raises(EmbeddedPostgresError, match="no bot is running"):
        running_url(data)
    assert not data.exists(), "who only looks makes nothing"
    async with EmbeddedPostgres(data, durable=False) as server, await Storage.open(server.url, (KEY,)):
        code, out, err = await status(tmp_path, database_url="", DATA_DIR=str(data))
        assert (code, err) == (0, "")
        assert "Everything is on time." in out
        assert server.running
    with pytest.raises(EmbeddedPostgresError, match="no bot is running"):
        running_url(data)


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(15):
        while not await condition():  # noqa: ASYNC110  # a database tells nobody of itself
            await asyncio.sleep(0.02)


async def test_metrics_show_the_same_figures(creneau: RunningCreneau) -> None:
    await creneau.connect()
    await creneau.book("Secret budget")
    async with creneau.web.get(f"{creneau.url}/metrics") as answer:
        text = await answer.text()
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert samples["creneau_figures_up",] == 1
    assert samples["creneau_subscriptions", "expired"] == 0
    assert samples["creneau_notices", "parked"] == 0
    assert ("creneau_queue_jobs", "todo") in samples
    for secret in ("Secret", "camille", "Camille", "contoso"):
        assert secret not in text


async def test_what_was_parked_is_woken_by_the_next_word_after_its_answer(
    creneau: RunningCreneau, store: Storage
) -> None:
    await creneau.client.install(answers=1)
    user = TeamsUser(CAMILLE.tenant_id, CAMILLE.object_id)
    person = await store.people.meet(user, name="", locale="", zone="", reference=None)
    now = datetime.now(UTC)
    await store.notices.add([NewNotice(person.id, NoticeKind.SETTLED, "kept")], now)
    claimed = await store.notices.claim(person.id, now, now + timedelta(minutes=1))
    assert claimed is not None
    await store.notices.park(claimed, "ConversationBlockedByUser")

    async def is_woken() -> bool:
        notice = await store.notices.get(person.id, claimed.id)
        assert notice is not None
        return notice.state is NoticeState.WAITING

    assert await creneau.client.say("hi")
    await until(is_woken)


async def test_the_first_contact_proves_an_address_by_the_roster_and_connecting_by_the_mailbox(
    creneau: RunningCreneau, store: Storage
) -> None:
    creneau.client.connector.roster[CAMILLE.mri] = {
        "id": CAMILLE.mri,
        "aadObjectId": CAMILLE.object_id,
        "tenantId": CAMILLE.tenant_id,
        "email": "Camille.Roster@contoso.example",
        "userPrincipalName": "camille.upn@contoso.example",
    }
    await creneau.client.install(answers=1)

    async def owns(address: str) -> bool:
        return bool(await store.addresses.owners(CAMILLE.tenant_id, [address]))

    await until(lambda: owns("camille.roster@contoso.example"))
    assert await owns("camille.upn@contoso.example")
    await creneau.connect()
    await until(lambda: owns(MAILBOX))
    assert await owns("camille.roster@contoso.example")
