"""The validation handshake: an address must prove that it wants to hear (graph: receive notifications by webhooks)."""

from __future__ import annotations

import uuid

from sandbox.notifying.delivery import Delivery
from sandbox.notifying.records import Sent
from sandbox.refusals import Refusal

_FAILED = (
    "Subscription validation request failed. Notification endpoint must respond with 200 OK to validation request."
)


async def shake_hands(delivery: Delivery, url: str) -> None:
    """Post a validation token and see it come back: status 200, ``text/plain``, the decoded token and nothing else.

    Raises:
        Refusal: it did not, or not in time.
    """
    # What must be decoded and must not be escaped shows who answers the raw query string, or a page.
    token = f"Validation: Testing client application reachability for subscription Request-Id: {uuid.uuid4()} +%2B&<b>"
    sent = Sent("handshake", url, None)
    within = delivery.policy.handshake_within
    response = await delivery.post.send(
        sent, within=within, params={"validationToken": token}, raw=b"", content_type="text/plain; charset=utf-8"
    )
    delivery.records.add(sent, delivery.world.clock.now())
    if response is None or response.status != 200 or response.content_type != "text/plain" or sent.answer != token:
        sent.error = sent.error or "the answer is not 200, text/plain, the decoded token"
        raise Refusal(400, "InvalidRequest", _FAILED)
