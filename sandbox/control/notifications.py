"""The orders about notifications: trouble on their way, forged ones, lifecycle events, and what was sent."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sandbox import actions
from sandbox.control.errors import BadOrder
from sandbox.model import Event, Json, Subscription
from sandbox.notifying.announcing import Announcer
from sandbox.notifying.delivery import Delivery
from sandbox.notifying.envelope import LIFECYCLE_EVENTS, change_notice
from sandbox.notifying.post import body_of
from sandbox.notifying.records import Sent
from sandbox.world import World

_SECONDS_TO_SETTLE = 30.0


async def look(delivery: Delivery, query: Json) -> Json:
    """What was sent and what waits; with ``idle`` seconds, after nothing waits any more or the time is over."""
    settled = await delivery.settled(float(query.get("idle", 0)))
    sent = delivery.records.list(int(query.get("since", 0)), query.get("subscription", ""), query.get("kind", ""))
    waiting = [
        {"url": one.url, "kind": one.kind, "attempts": one.attempts, "notice": one.notice} for one in delivery.waiting
    ]
    return {"idle": settled, "sent": sent, "waiting": waiting, "lost": list(delivery.records.lost)}


def summary(delivery: Delivery) -> Json:
    """Counts and answer times without the bodies, and the policy that holds."""
    return delivery.records.summary() | {"waiting": len(delivery.waiting), "policy": asdict(delivery.policy)}


def change(delivery: Delivery, body: Json) -> Json:
    """Change the policy; ``release`` (true, ``reverse`` or ``shuffle``) sends what was held."""
    rest = dict(body)
    release = rest.pop("release", None)
    delivery.policy.change(rest)
    if release:
        delivery.release("" if release is True else str(release))
    return asdict(delivery.policy)


def delta(world: World, body: Json) -> Json:
    """Let the next ``count`` delta answers of its calendar say that ``event`` was removed, though it stands."""
    record, _ = actions.find_event(world, body["event"])
    world.false_removals[record.key] = int(body.get("count", 1))
    return {"event": body["event"], "count": world.false_removals[record.key]}


async def send(announcer: Announcer, body: Json) -> Any:
    """Send what no change made: a lifecycle event, a false or forged notification, or any bytes at all."""
    if "lifecycle" in body:
        return _lifecycle(announcer, body)
    allowed = {
        "url", "raw", "body", "content_type", "user", "subscription", "event", "changeType", "clientState",
        "subscriptionId", "tenantId", "times", "queued",
    }  # fmt: skip
    if unknown := body.keys() - allowed:
        raise BadOrder(f"unknown fields: {', '.join(sorted(unknown))}")
    delivery = announcer.delivery
    if body.keys() & {"raw", "body"}:
        sent = Sent("forged", _address(announcer.world, body), body.get("raw", body.get("body")))
        raw = str(body["raw"]).encode() if "raw" in body else None
        return await _post(delivery, sent, raw, body.get("content_type", "application/json"))
    subscription, notice = _notice(announcer.world, body)
    url = body.get("url") or subscription.url
    times = int(body.get("times", 1))
    if body.get("queued"):
        for _ in range(times):
            delivery.enqueue(url, notice)
        return {"queued": times}
    return await _post(delivery, Sent("forged", url, body_of([notice] * times)), None, "application/json")


async def _post(delivery: Delivery, sent: Sent, raw: bytes | None, content_type: str) -> Json:
    await delivery.post.send(sent, within=_SECONDS_TO_SETTLE, raw=raw, content_type=content_type)
    delivery.records.add(sent, delivery.world.clock.now())
    return asdict(sent)


def _address(world: World, body: Json) -> str:
    return str(body["url"]) if "url" in body else _chosen(world, body)[0].url


def _chosen(world: World, body: Json) -> list[Subscription]:
    """The living subscriptions that ``subscription``, ``user`` and ``calendar`` (its name) leave."""
    now = world.clock.now()
    found = [one for one in world.subscriptions.values() if one.expires > now]
    if "subscription" in body:
        found = [one for one in found if one.id == body["subscription"]]
    if "user" in body:
        user = actions.get_user(world, body["user"])
        found = [one for one in found if one.user == user.id]
        if "calendar" in body:
            calendar = actions.get_calendar(world, user.id, body["calendar"])
            found = [one for one in found if one.calendar == calendar.key]
    if not found:
        raise LookupError("no such subscription")
    return found


def _lifecycle(announcer: Announcer, body: Json) -> Json:
    if body["lifecycle"] not in LIFECYCLE_EVENTS:
        raise BadOrder(f"lifecycle is one of {', '.join(LIFECYCLE_EVENTS)}")
    if unknown := body.keys() - {"lifecycle", "subscription", "user", "calendar"}:
        raise BadOrder(f"unknown fields: {', '.join(sorted(unknown))}")
    return {"queued": announcer.lifecycle(_chosen(announcer.world, body), body["lifecycle"])}


def _notice(world: World, body: Json) -> tuple[Subscription, Json]:
    """A notification as it would be, but for what the order says otherwise."""
    event: Event | None = actions.find_event(world, body["event"])[0] if "event" in body else None
    chosen = _chosen(world, body)
    fitting = [one for one in chosen if event is None or one.calendar == event.calendar] or chosen
    subscription = fitting[0]
    if event is None:
        event = next(iter(reversed(world.events_in(subscription.calendar))), None)
    if event is None:
        raise LookupError("no event to speak of")
    user = world.users[subscription.user]
    notice = change_notice(subscription, user, event, body.get("changeType", "updated"), event.version)
    return subscription, notice | {name: body[name] for name in _OVERRIDES & body.keys()}


_OVERRIDES = {"clientState", "subscriptionId", "tenantId"}
