"""The JSON of notifications (graph: change notifications, lifecycle events)."""

from __future__ import annotations

import uuid

from sandbox.graph.render import change_key, stamp
from sandbox.ids import event_id
from sandbox.model import Event, Json, Subscription, User

LIFECYCLE_EVENTS = ("missed", "subscriptionRemoved", "reauthorizationRequired")


def change_notice(subscription: Subscription, user: User, event: Event, change_type: str, version: int) -> Json:
    """What happened to an event, its id in the form that the subscription was made with.

    ``version`` is the event's after the change. Occurrences are told by the id of their series.
    """
    item = event_id(event, immutable=subscription.immutable)
    resource = f"Users/{user.id}/Events/{item}"
    return _head(subscription, user) | {
        "changeType": change_type,
        "resource": resource,
        "resourceData": {
            "@odata.type": "#Microsoft.Graph.Event",
            "@odata.id": resource,
            "@odata.etag": f'W/"{change_key(version)}"',
            "id": item,
        },
    }


def lifecycle_notice(subscription: Subscription, user: User, lifecycle_event: str) -> Json:
    """What happened to a subscription: one of ``LIFECYCLE_EVENTS``."""
    return _head(subscription, user) | {"lifecycleEvent": lifecycle_event}


def _head(subscription: Subscription, user: User) -> Json:
    return {
        "id": str(uuid.uuid4()),
        "subscriptionId": subscription.id,
        "subscriptionExpirationDateTime": stamp(subscription.expires),
        "clientState": subscription.state or None,
        "tenantId": user.tenant,
    }
