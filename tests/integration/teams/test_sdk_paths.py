"""What the SDK sends by itself goes the same way as ours."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from botbuilder.core import TurnContext
from botbuilder.schema import Activity, ActivityTypes, ChannelAccount, ConversationAccount

from adapters.teams import TeamsAdapter, TeamsConfig
from adapters.teams.credentials import OneAppCredentials
from tests.support.teams import FakeConnector
from tests.support.teams_activities import BOT_APP_ID, TENANT
from tests.support.teams_bot import LOOPBACK, WORDING, echo


@pytest.fixture
async def context(connector: FakeConnector) -> AsyncIterator[TurnContext]:
    adapter = TeamsAdapter(LOOPBACK, echo, WORDING)
    activity = Activity(
        type=ActivityTypes.message,
        id="1",
        channel_id="msteams",
        service_url=connector.url,
        conversation=ConversationAccount(id="a:1"),
        from_property=ChannelAccount(id="29:1"),
        recipient=ChannelAccount(id="28:1"),
    )
    yield TurnContext(adapter, activity)
    await adapter.close()


async def test_an_sdk_reply_is_posted_to_activities_with_its_origin_in_the_body(
    context: TurnContext, connector: FakeConnector
) -> None:
    sent = await context.send_activity("hello")

    (call,) = connector.calls
    assert call.path == "/teams/v3/conversations/a:1/activities"
    assert call.body["replyToId"] == "1"
    assert connector.messages[sent.id].text == "hello"


async def test_an_sdk_edit_is_put(context: TurnContext, connector: FakeConnector) -> None:
    sent = await context.send_activity("hello")
    await context.update_activity(Activity(type=ActivityTypes.message, id=sent.id, text="changed"))

    assert connector.messages[sent.id].text == "changed"


async def test_one_credential_is_made_for_the_one_tenant() -> None:
    factory = OneAppCredentials(TeamsConfig(app_id=BOT_APP_ID, app_password="s", tenant_id=TENANT))
    credentials = await factory.create_credentials(BOT_APP_ID, "", "", False)

    assert credentials is factory.credentials()
    assert credentials.oauth_endpoint == f"https://login.microsoftonline.com/{TENANT}"
    assert credentials.oauth_scope == "https://api.botframework.com"
    assert await factory.is_valid_app_id(BOT_APP_ID)
    assert not await factory.is_valid_app_id("")
    assert not await factory.is_authentication_disabled()
