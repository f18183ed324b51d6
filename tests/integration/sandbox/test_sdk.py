"""The real msgraph-sdk against the sandbox, unmodified but for its base address."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from kiota_abstractions.authentication import AccessTokenProvider, AllowedHostsValidator
from kiota_abstractions.authentication.base_bearer_token_authentication_provider import (
    BaseBearerTokenAuthenticationProvider,
)
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph.generated.models.attendee import Attendee
from msgraph.generated.models.body_type import BodyType
from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
from msgraph.generated.models.email_address import EmailAddress
from msgraph.generated.models.event import Event
from msgraph.generated.models.free_busy_status import FreeBusyStatus
from msgraph.generated.models.item_body import ItemBody
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.single_value_legacy_extended_property import SingleValueLegacyExtendedProperty
from msgraph.generated.models.subscription import Subscription
from msgraph.generated.users.item.calendar_view.calendar_view_request_builder import CalendarViewRequestBuilder
from msgraph.generated.users.item.calendar_view.delta.delta_request_builder import DeltaRequestBuilder
from msgraph.generated.users.item.events.item.cancel.cancel_post_request_body import CancelPostRequestBody
from msgraph.graph_request_adapter import GraphRequestAdapter, options
from msgraph.graph_service_client import GraphServiceClient
from msgraph_core import GraphClientFactory

from tests.support.contracts import GraphContract
from tests.support.receiver import Receiver
from tests.support.sandbox import ANNA, CAMILLE, Sandbox

pytestmark = pytest.mark.filterwarnings("ignore:This class is deprecated:DeprecationWarning")
TAG = "String {11111111-2222-3333-4444-555555555555} Name BookingId"
View = CalendarViewRequestBuilder.CalendarViewRequestBuilderGetQueryParameters


class Token(AccessTokenProvider):
    def __init__(self, token: str) -> None:
        self._token = token

    async def get_authorization_token(
        self, uri: str, additional_authentication_context: dict[str, Any] | None = None
    ) -> str:
        return self._token

    def get_allowed_hosts_validator(self) -> AllowedHostsValidator:
        return AllowedHostsValidator(["127.0.0.1"])


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[GraphServiceClient]:
    provider = BaseBearerTokenAuthenticationProvider(Token(sandbox.token()))
    # The SDK's transport does not close the one it wraps: no connection may stay open.
    limits = httpx.Limits(max_keepalive_connections=0)
    async with httpx.AsyncClient(trust_env=False, limits=limits) as plain:
        http = GraphClientFactory.create_with_default_middleware(client=plain, options=options)
        adapter = GraphRequestAdapter(provider, http)
        adapter.base_url = f"{sandbox.url}/v1.0"
        yield GraphServiceClient(request_adapter=adapter)


def moment(text: str) -> DateTimeTimeZone:
    return DateTimeTimeZone(date_time=text, time_zone="Romance Standard Time")


async def test_the_sdk_reads_writes_and_cancels(
    sandbox: Sandbox, client: GraphServiceClient, graph_contract: GraphContract
) -> None:
    me = await client.me.get()
    assert me
    assert me.mail == CAMILLE
    settings = await client.me.mailbox_settings.get()
    assert settings
    assert settings.working_hours
    assert settings.working_hours.time_zone
    assert settings.working_hours.time_zone.name == "Romance Standard Time"

    calendar = sandbox.add_calendar("Clients")["id"]
    draft = Event(
        subject="Budget",
        body=ItemBody(content_type=BodyType.Text, content="Notes"),
        start=moment("2026-12-08T10:00:00"),
        end=moment("2026-12-08T10:30:00"),
        attendees=[Attendee(email_address=EmailAddress(address=ANNA))],
        is_online_meeting=True,
        transaction_id="t-1",
        single_value_extended_properties=[SingleValueLegacyExtendedProperty(id=TAG, value="b-1")],
    )
    config: RequestConfiguration[Any] = RequestConfiguration()
    config.headers.add("Prefer", 'outlook.timezone="Europe/Paris"')
    config.headers.add("Prefer", 'IdType="ImmutableId"')
    made = await client.me.calendars.by_calendar_id(calendar).events.post(draft, request_configuration=config)
    assert made
    assert made.id
    assert made.start
    assert (made.start.date_time, made.start.time_zone) == ("2026-12-08T10:00:00.0000000", "Europe/Paris")
    assert made.online_meeting
    assert made.show_as == FreeBusyStatus.Busy

    window = View(
        start_date_time="2026-12-08T00:00:00Z",
        end_date_time="2026-12-09T00:00:00Z",
        select=["id", "subject", "showAs", "start", "end"],
        orderby=["start/dateTime"],
        top=50,
    )
    view = RequestConfiguration(query_parameters=window)
    view.headers.add("Prefer", 'IdType="ImmutableId"')
    found = await client.me.calendars.by_calendar_id(calendar).calendar_view.get(request_configuration=view)  # type: ignore[arg-type]
    assert found
    assert found.value
    assert [one.id for one in found.value] == [made.id]

    body = CancelPostRequestBody(comment="désolée")
    await client.me.calendars.by_calendar_id(calendar).events.by_event_id(made.id).cancel.post(body)
    with pytest.raises(ODataError) as caught:
        await client.me.events.by_event_id(made.id).get()
    assert caught.value.response_status_code == 404
    assert caught.value.error
    assert caught.value.error.code == "ErrorItemNotFound"
    assert graph_contract.check(sandbox.requests("graph")) >= 6


async def test_the_sdk_follows_pages(sandbox: Sandbox, client: GraphServiceClient) -> None:
    for number in range(22):
        sandbox.add_calendar(f"Calendar {number}")
    answer = await client.me.calendars.get()
    assert answer
    names = [one.name for one in answer.value or []]
    while answer and answer.odata_next_link:
        answer = await client.me.calendars.with_url(answer.odata_next_link).get()
        assert answer
        names += [one.name for one in answer.value or []]
    assert len(set(names)) == 23


async def test_the_sdks_delta_form_is_understood(sandbox: Sandbox, client: GraphServiceClient) -> None:
    sandbox.add_event(datetime(2026, 12, 8, 9, tzinfo=UTC), datetime(2026, 12, 8, 10, tzinfo=UTC), subject="Point")
    parameters = DeltaRequestBuilder.DeltaRequestBuilderGetQueryParameters(
        start_date_time="2026-12-08T00:00:00Z", end_date_time="2026-12-09T00:00:00Z"
    )
    answer = await client.me.calendar_view.delta.get(
        request_configuration=RequestConfiguration(query_parameters=parameters)
    )
    assert answer
    assert [one.subject for one in answer.value or []] == ["Point"]
    assert answer.odata_delta_link


async def test_the_sdk_subscribes_renews_and_ends(
    sandbox: Sandbox, receiver: Receiver, client: GraphServiceClient, graph_contract: GraphContract
) -> None:
    wanted = Subscription(
        change_type="created,updated,deleted",
        notification_url=receiver.url,
        lifecycle_notification_url=receiver.lifecycle_url,
        resource=f"me/calendars/{sandbox.calendar_id('Calendar')}/events",
        expiration_date_time=sandbox.now() + timedelta(days=3),
        client_state="a secret",
    )
    configuration: RequestConfiguration[Any] = RequestConfiguration()
    configuration.headers.add("Prefer", 'IdType="ImmutableId"')
    made = await client.subscriptions.post(wanted, request_configuration=configuration)
    assert made
    assert made.id
    event = sandbox.add_event("2026-12-07T09:00:00", "2026-12-07T10:00:00")
    sandbox.settled()
    assert {one["resourceData"]["id"] for one in receiver.notices} == {event["id"]}
    one = client.subscriptions.by_subscription_id(made.id)
    later = sandbox.now() + timedelta(days=6)
    renewed = await one.patch(Subscription(expiration_date_time=later))
    assert renewed
    assert renewed.expiration_date_time == later
    await one.reauthorize.post()
    await one.delete()
    with pytest.raises(ODataError) as caught:
        await one.get()
    assert caught.value.response_status_code == 404
    assert graph_contract.check(sandbox.requests("graph")) == 5
