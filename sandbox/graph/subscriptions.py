"""/subscriptions: made with a handshake, renewed, listed and ended (graph: subscription resource)."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sandbox.graph import subscribing
from sandbox.graph.access import READ, require, require_mailbox
from sandbox.graph.call import Call, Reply
from sandbox.graph.render import stamp
from sandbox.model import Json, Subscription
from sandbox.notifying.announcing import Announcer
from sandbox.notifying.delivery import Delivery
from sandbox.notifying.handshake import shake_hands
from sandbox.refusals import Refusal

_CONTEXT = "https://graph.microsoft.com/v1.0/$metadata#subscriptions"
# Whether a write scope alone allows it is not known: ``subscriptions_need_read`` decides.
_READ_SCOPES = ("Calendars.Read", "Calendars.Read.Shared")


def _gone() -> Refusal:
    return Refusal(404, "ResourceNotFound", "The object was not found.")


def _body(subscription: Subscription) -> Json:
    return {
        "id": subscription.id,
        "resource": subscription.resource,
        "applicationId": subscription.client,
        "changeType": ",".join(subscription.change_types),
        "clientState": subscription.state or None,
        "notificationUrl": subscription.url,
        "notificationQueryOptions": None,
        "lifecycleNotificationUrl": subscription.lifecycle_url or None,
        "expirationDateTime": stamp(subscription.expires),
        "creatorId": subscription.user,
        "includeResourceData": None,
        "latestSupportedTlsVersion": "v1_2",
        "encryptionCertificate": None,
        "encryptionCertificateId": None,
        "notificationUrlAppId": None,
    }


def _own(call: Call) -> list[Subscription]:
    """What the calling application holds in the caller's name; what has ended is dropped."""
    now, found = call.world.clock.now(), []
    for one in list(call.world.subscriptions.values()):
        if one.expires <= now:
            call.world.remove(one)
        elif (one.client, one.user) == (call.principal.client, call.principal.user.id):
            found.append(one)
    return found


def _find(call: Call) -> Subscription:
    wanted = call.world.subscriptions.get(call.ids["subscription"].casefold())
    if wanted is None or (wanted.client, wanted.user) != (call.principal.client, call.principal.user.id):
        raise _gone()
    if wanted.expires <= call.world.clock.now():
        call.world.remove(wanted)
        raise _gone()
    return wanted


def _allowed(call: Call) -> None:
    require(call, *(_READ_SCOPES if call.world.switches["subscriptions_need_read"] else READ))
    require_mailbox(call)


@dataclass
class Subscriptions:
    """The handlers; ``announcer`` and ``delivery`` reach the subscribers."""

    announcer: Announcer
    delivery: Delivery

    def routes(self) -> list[tuple[str, str, Callable[[Call], Reply | Awaitable[Reply]]]]:
        return [
            ("GET", "subscriptions", self.list),
            ("POST", "subscriptions", self.create),
            ("GET", "subscriptions/{subscription}", self.get),
            ("PATCH", "subscriptions/{subscription}", self.renew),
            ("DELETE", "subscriptions/{subscription}", self.delete),
            ("POST", "subscriptions/{subscription}/reauthorize", self.reauthorize),
        ]

    def list(self, call: Call) -> Reply:
        return Reply(200, {"@odata.context": _CONTEXT, "value": [_body(one) for one in _own(call)]})

    def get(self, call: Call) -> Reply:
        return _item(_find(call))

    async def create(self, call: Call) -> Reply:
        """POST /subscriptions: both addresses are asked before there is one."""
        draft = self._draft(call)
        world, instance = call.world, call.world.instance
        self._check_others(call, draft)
        await asyncio.gather(*(shake_hands(self.delivery, url) for url in (draft.url, draft.lifecycle_url) if url))
        if world.instance != instance or draft.calendar not in world.calendars:
            raise Refusal(503, "ServiceUnavailable", "The mailbox went away meanwhile.")
        world.put(draft)
        if self.delivery.policy.early_notification:
            self.delivery.policy.early_notification -= 1
            await self.announcer.tell_early(draft)
        return _item(draft, 201)

    def _draft(self, call: Call) -> Subscription:
        fields = subscribing.read_body(call.body)
        _allowed(call)
        kinds = subscribing.read_change_types(fields)
        url = subscribing.read_address(fields, "notificationUrl")
        lifecycle_url = subscribing.read_address(fields, "lifecycleNotificationUrl", required=False)
        resource = subscribing.read_text(fields, "resource")
        return Subscription(
            id=str(uuid.uuid4()),
            client=call.principal.client,
            user=call.principal.user.id,
            resource=resource,
            state=subscribing.read_state(fields),
            expires=subscribing.read_expiry(fields, call.world.clock.now()),
            calendar=subscribing.find_calendar(call, resource).key,
            change_types=kinds,
            url=url,
            lifecycle_url=lifecycle_url,
            immutable=call.prefer.immutable,
        )

    @staticmethod
    def _check_others(call: Call, draft: Subscription) -> None:
        others = _own(call)
        if len(others) >= call.world.switches["subscriptions_most"]:
            raise Refusal(403, "ExtensionError", "The limit of active subscriptions of this mailbox is reached.")
        same = (draft.calendar, sorted(draft.change_types))
        if call.world.switches["duplicate_subscriptions"] == "refuse" and any(
            (one.calendar, sorted(one.change_types)) == same for one in others
        ):
            raise Refusal(409, "Conflict", "A subscription for this resource and these changes exists already.")

    def renew(self, call: Call) -> Reply:
        """PATCH: a new end and nothing else; an address for lifecycle notifications cannot be added any more."""
        fields = subscribing.read_body(call.body)
        found = _find(call)
        _allowed(call)
        if fields.keys() - {"expirationdatetime"}:
            raise subscribing.invalid("Only expirationDateTime can be changed.")
        found.expires = subscribing.read_expiry(fields, call.world.clock.now())
        call.world.put(found)
        return _item(found)

    def delete(self, call: Call) -> Reply:
        call.world.remove(_find(call))
        return Reply(204)

    def reauthorize(self, call: Call) -> Reply:
        _find(call)
        _allowed(call)
        return Reply(204)


def _item(subscription: Subscription, status: int = 200) -> Reply:
    return Reply(status, {"@odata.context": f"{_CONTEXT}/$entity", **_body(subscription)})
