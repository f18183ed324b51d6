"""Subscriptions to a calendar's events (graph facts, section 1.2)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph.generated.models.subscription import Subscription

from adapters.graph.answers import GraphRefusal, UnreadableAnswer, text
from adapters.graph.failures import refused
from adapters.graph.mailbox import Mailbox
from adapters.graph.requests import all_pages, configured
from bot.calendar_sync.watch import Subscribed
from bot.errors import CalendarError, SubscriptionRefused
from bot.model import CalendarRef, ReadFailure

CHANGE_TYPES = "created,updated,deleted"
NOTIFICATIONS_PATH, LIFECYCLE_PATH = "/graph/notifications", "/graph/lifecycle"
TWIN = 409


@dataclass(frozen=True, slots=True)
class Receivers:
    """Where Graph tells of changes, and of the subscriptions themselves; https but on loopback."""

    notifications: str
    lifecycle: str

    @classmethod
    def at(cls, public_url: str) -> Receivers:
        base = public_url.rstrip("/")
        return cls(base + NOTIFICATIONS_PATH, base + LIFECYCLE_PATH)


async def subscribe_to(
    mailbox: Mailbox, receivers: Receivers, calendar: CalendarRef, client_state: str, until: datetime
) -> Subscribed:
    """As ports.CalendarFeed.subscribe. Raises CalendarError, UnreadableAnswer."""
    resource = f"me/calendars/{quote(calendar.calendar_id, safe='=')}/events"
    wanted = Subscription(
        change_type=CHANGE_TYPES,
        notification_url=receivers.notifications,
        lifecycle_notification_url=receivers.lifecycle,
        resource=resource,
        expiration_date_time=until.astimezone(UTC),
        client_state=client_state,
    )
    try:
        return await _post(mailbox, wanted)
    except CalendarError as error:
        if error.status != TWIN:
            raise
    for twin in await subscriptions_of(mailbox, receivers):
        if twin.resource.casefold() == resource.casefold():
            await end(mailbox, twin.id)
    return await _post(mailbox, wanted)


async def prolong(mailbox: Mailbox, subscription_id: str, until: datetime) -> Subscribed:
    """As ports.CalendarFeed.renew. Raises CalendarError, UnreadableAnswer."""
    change = Subscription(expiration_date_time=until.astimezone(UTC))
    builder = mailbox.subscriptions.by_subscription_id(subscription_id)
    # Asking twice for the same end comes to the same.
    return _subscribed(await mailbox.write(lambda: builder.patch(change, configured())))


async def end(mailbox: Mailbox, subscription_id: str) -> None:
    """As ports.CalendarFeed.unsubscribe. Raises CalendarError."""
    builder = mailbox.subscriptions.by_subscription_id(subscription_id)
    try:
        await mailbox.write(lambda: builder.delete(configured()))
    except CalendarError as error:
        if error.status != 404:
            raise


async def subscriptions_of(mailbox: Mailbox, receivers: Receivers) -> list[Subscribed]:
    """The account's subscriptions that notify ``receivers``. Raises CalendarError, UnreadableAnswer."""
    found = await all_pages(mailbox, mailbox.subscriptions, configured())
    return [_subscribed(one) for one in found if text(one, "notificationUrl") == receivers.notifications]


async def _post(mailbox: Mailbox, wanted: Subscription) -> Subscribed:
    configuration: RequestConfiguration[Any] = configured()
    return _subscribed(await mailbox.write_once(_telling(lambda: mailbox.subscriptions.post(wanted, configuration))))


def _telling(request: Callable[[], Awaitable[Any]]) -> Callable[[], Awaitable[Any]]:
    async def ask() -> Any:
        try:
            return await request()
        except GraphRefusal as refusal:
            raise _refusal(refusal) from None

    return ask


def _refusal(refusal: GraphRefusal) -> CalendarError:
    """A calendar that cannot be subscribed to apart from an address of ours that could not be reached.

    Both are a 400; of the first Graph names the parameter *Resource*. A 403 is a calendar that belongs to somebody
    else, a scope that is missing, or one subscription too many for the mailbox.
    """
    error, message = refused(refusal), refusal.message.casefold()
    if refusal.status == 400 and "validation" in message:
        error.failure, error.code = ReadFailure.UNAVAILABLE, "validation_failed"
        return error
    is_unsupported = "'resource'" in message or "not supported" in message or refusal.code == "ExtensionError"
    if refusal.status in {403, 405, 501} or (refusal.status == 400 and is_unsupported):
        return SubscriptionRefused(error.failure, error.status, error.code, error.request_id)
    return error


def _subscribed(answer: Mapping[str, Any]) -> Subscribed:
    """Raises UnreadableAnswer."""
    subscription_id = text(answer, "id")
    try:
        expires_at = datetime.fromisoformat(text(answer, "expirationDateTime"))
    except ValueError:
        raise UnreadableAnswer("end of a subscription") from None
    if not subscription_id or expires_at.tzinfo is None:
        raise UnreadableAnswer("subscription")
    return Subscribed(subscription_id, expires_at.astimezone(UTC), text(answer, "resource"))
