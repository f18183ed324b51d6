from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.teams import RetryPolicy, TeamsAdapter, TeamsConfig
from bot.conversation import Card, Text
from bot.errors import (
    ChannelBlocked,
    ChannelError,
    ChannelUnavailable,
    ConversationGone,
    MessageTooLarge,
)
from bot.model import ConversationReference
from tests.support.teams import FakeConnector, Fault
from tests.support.teams_activities import BOT_APP_ID, BOT_ID, CAMILLE, TENANT
from tests.support.teams_bot import LOOPBACK, WORDING, echo

CHECKED = TeamsConfig(app_id=BOT_APP_ID, app_password="s", tenant_id=TENANT, loopback_services=True)


class Waits:
    """A clock that only the waiting moves."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def policy(self, **options: float) -> RetryPolicy:
        return RetryPolicy(sleep=self.sleep, monotonic=lambda: sum(self.slept), jitter=lambda: 1.0, **options)  # type: ignore[arg-type]


def reference(connector: FakeConnector) -> ConversationReference:
    return ConversationReference(connector.url, CAMILLE.personal_chat, BOT_ID, CAMILLE.mri, TENANT)


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
async def teams(waits: Waits):  # type: ignore[no-untyped-def]
    adapter = TeamsAdapter(LOOPBACK, echo, WORDING, retry=waits.policy())
    yield adapter
    await adapter.close()


async def test_a_message_is_sent_without_having_been_spoken_to(connector: FakeConnector, teams: TeamsAdapter) -> None:
    sent = await teams.send(reference(connector), Text("news"))

    (message,) = connector.in_conversation(CAMILLE.personal_chat)
    assert (message.id, message.text) == (sent.message_id, "news")
    assert "replyToId" not in message.activity


async def test_a_message_is_edited_in_place(connector: FakeConnector, teams: TeamsAdapter) -> None:
    sent = await teams.send(reference(connector), Text("before"))
    await teams.edit(reference(connector), sent.message_id, Text("after"))

    (message,) = connector.in_conversation(CAMILLE.personal_chat)
    assert (message.id, message.text) == (sent.message_id, "after")


async def test_a_conversation_is_opened_with_somebody_who_never_wrote(
    connector: FakeConnector, teams: TeamsAdapter
) -> None:
    opened = await teams.open_conversation(replace(reference(connector), conversation_id=""))
    await teams.send(opened, Text("hello"))

    (made,) = connector.created
    assert made["members"] == [{"id": CAMILLE.mri}]
    assert (made["tenantID"], made["channelData"], made["isGroup"]) == (TENANT, {"tenant": {"id": TENANT}}, False)
    assert [m.text for m in connector.in_conversation(opened.conversation_id)] == ["hello"]


@pytest.mark.parametrize("status", [412, 429, 502, 503, 504])
async def test_a_passing_fault_is_tried_again(
    connector: FakeConnector, teams: TeamsAdapter, waits: Waits, status: int
) -> None:
    connector.fail(status, status)
    await teams.send(reference(connector), Text("news"))

    assert len(connector.calls) == 3
    assert waits.slept == [0.5, 1.0]
    assert len(connector.messages) == 1


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (400, "BadSyntax", ChannelError),
        (401, "Unauthorized", ChannelError),
        (403, "ConversationBlockedByUser", ChannelBlocked),
        (403, "", ChannelBlocked),
        (404, "ConversationNotFound", ConversationGone),
        (404, "ActivityNotFoundInConversation", ChannelError),
        (405, "", ChannelError),
        (413, "MessageSizeTooBig", MessageTooLarge),
        (400, "MessageSizeTooBig", MessageTooLarge),
        (500, "ServiceError", ChannelUnavailable),
        (501, "", ChannelUnavailable),
        (302, "", ChannelError),
    ],
)
async def test_every_other_refusal_is_raised_at_once_as_our_error(
    connector: FakeConnector, teams: TeamsAdapter, status: int, code: str, expected: type[ChannelError]
) -> None:
    connector.fail(status, body={"error": {"code": code, "message": "m"}}, headers={"Location": "http://127.0.0.1:9/"})
    with pytest.raises(ChannelError) as caught:
        await teams.send(reference(connector), Text("news"))

    assert type(caught.value) is expected
    assert (caught.value.status, caught.value.code) == (status, code)
    assert len(connector.calls) == 1


@pytest.mark.parametrize(
    "fault",
    [
        Fault(503, body="<html>Bad gateway</html>", content_type="text/html"),
        Fault(503, body="{broken"),
        Fault(503, body='{"error": "text"}'),
        Fault(503, body="[]"),
        Fault(503, body=""),
        Fault(503, body="é", content_type="application/octet-stream"),
    ],
)
async def test_an_error_body_that_is_no_json_keeps_its_status(
    connector: FakeConnector, teams: TeamsAdapter, fault: Fault
) -> None:
    connector.faults = [fault] * 5
    with pytest.raises(ChannelUnavailable) as caught:
        await teams.send(reference(connector), Text("news"))

    assert caught.value.status == 503
    assert len(connector.calls) == 5


@pytest.mark.parametrize("body", ["", "<html></html>", "[1]", '{"id": 7}', "{broken"])
async def test_a_taken_message_is_never_sent_again_for_a_strange_body(
    connector: FakeConnector, teams: TeamsAdapter, body: str
) -> None:
    connector.faults = [Fault(200, body=body, after=True)]
    sent = await teams.send(reference(connector), Text("news"))

    assert sent.message_id == ""
    assert len(connector.calls) == 1


async def test_retry_after_is_honoured(connector: FakeConnector, teams: TeamsAdapter, waits: Waits) -> None:
    connector.fail(429, headers={"Retry-After": "7"})
    await teams.send(reference(connector), Text("news"))

    (slept,) = waits.slept
    assert 7.0 <= slept <= 7.5


async def test_waiting_longer_than_the_budget_is_left_to_the_caller(
    connector: FakeConnector, teams: TeamsAdapter, waits: Waits
) -> None:
    connector.fail(429, headers={"Retry-After": "120"})
    with pytest.raises(ChannelUnavailable) as caught:
        await teams.send(reference(connector), Text("news"))

    assert caught.value.retry_after == timedelta(seconds=120)
    assert waits.slept == []


async def test_a_connection_that_breaks_is_not_tried_again_because_the_message_may_be_there(
    connector: FakeConnector, teams: TeamsAdapter
) -> None:
    connector.faults = [Fault(hang_up=True, after=True)]
    with pytest.raises(ChannelUnavailable):
        await teams.send(reference(connector), Text("news"))

    assert len(connector.messages) == 1


async def test_a_connector_that_is_down_is_unavailable(teams: TeamsAdapter) -> None:
    nobody = ConversationReference("http://127.0.0.1:9/", "c", BOT_ID, CAMILLE.mri, TENANT)
    with pytest.raises(ChannelUnavailable):
        await teams.send(nobody, Text("news"))


async def test_an_oversized_card_is_refused_before_anything_is_sent(
    connector: FakeConnector, teams: TeamsAdapter
) -> None:
    with pytest.raises(MessageTooLarge):
        await teams.send(reference(connector), Card({"type": "AdaptiveCard", "body": ["x" * 40_960]}))
    await teams.send(reference(connector), Card({"type": "AdaptiveCard", "body": ["x" * 40_900]}))

    assert len(connector.calls) == 1


async def test_a_token_is_fetched_once_and_sent_with_every_call(connector: FakeConnector) -> None:
    fetched: list[int] = []

    def fetch() -> str:
        fetched.append(1)
        return "bot-token"

    teams = TeamsAdapter(CHECKED, echo, WORDING, token=fetch)
    for _ in range(3):
        await teams.send(reference(connector), Text("news"))
    await teams.close()

    assert fetched == [1]
    assert [call.headers["Authorization"] for call in connector.calls] == ["Bearer bot-token"] * 3


async def test_no_token_means_unavailable_and_is_not_asked_for_again_at_once(
    connector: FakeConnector, caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[int] = []

    def fetch() -> str:
        asked.append(1)
        raise PermissionError("invalid_client: AADSTS7000215: Invalid client secret 's3cret'.")

    teams = TeamsAdapter(CHECKED, echo, WORDING, token=fetch)
    for _ in range(2):
        with pytest.raises(ChannelUnavailable):
            await teams.send(reference(connector), Text("news"))
    await teams.close()

    assert (asked, connector.calls) == ([1], [])
    assert "s3cret" not in caplog.text
    assert [r.aad for r in caplog.records if r.name == "adapters.teams.credentials"] == ["AADSTS7000215"]  # type: ignore[attr-defined]


async def test_a_foreign_service_address_never_sees_the_token(connector: FakeConnector) -> None:
    teams = TeamsAdapter(CHECKED, echo, WORDING, token=lambda: "bot-token")
    stored = ConversationReference("https://smba.trafficmanager.net.evil.example/", "c", BOT_ID, "u", TENANT)
    with pytest.raises(ChannelError) as caught:
        await teams.send(stored, Text("news"))
    await teams.close()

    assert caught.value.code == "ServiceUrlNotAllowed"


async def test_one_client_serves_one_address(connector: FakeConnector, teams: TeamsAdapter) -> None:
    assert teams._connector.client(connector.url) is teams._connector.client(connector.url)
