"""From a line of the change log to notifications: the one place where changes are told."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.identity.registry import granted
from sandbox.model import Change, Event, Json, Subscription, User
from sandbox.notifying.delivery import Delivery
from sandbox.notifying.envelope import change_notice, lifecycle_notice
from sandbox.notifying.records import Sent
from sandbox.world import World


class Announcer:
    """Watches the world's change log and hands what subscribers must hear to the delivery."""

    def __init__(self, world: World, delivery: Delivery) -> None:
        self.world = world
        self.delivery = delivery
        self._updates = 0
        world.watchers.append(self.hear)

    def hear(self, change: Change, event: Event) -> None:
        """Tell one change to whoever subscribed to its calendar."""
        subscriptions = self.world.subscriptions_on(change.calendar)
        if not subscriptions:
            return
        kinds = self._kinds(change)
        for subscription in subscriptions:
            user = self.world.users.get(subscription.user)
            if user is None or not self.is_heard(subscription, user):
                continue
            for kind in kinds:
                if kind in subscription.change_types:
                    self.tell(subscription, change_notice(subscription, user, event, kind, change.seq))

    def _kinds(self, change: Change) -> list[str]:
        """One act makes several notifications: Graph promises *at least* one (graph.md 1.2)."""
        policy = self.delivery.policy
        if change.gone:
            return ["deleted"]
        if change.fresh:
            return ["created", *["updated"] * policy.echo]
        self._updates += 1
        return ["updated"] * (2 if policy.again and self._updates % policy.again == 0 else 1)

    def is_heard(self, subscription: Subscription, user: User) -> bool:
        """Whether the mailbox still stands and its consent was not taken back."""
        scopes = granted(self.world, subscription.client, user)
        return user.has_mailbox and any(scope.startswith("Calendars.Read") for scope in scopes)

    def tell(self, subscription: Subscription, notice: Json) -> None:
        if self.delivery.policy.only_created_updated and notice["changeType"] == "deleted":
            self.delivery.records.lose("withheld", [notice])
            return
        self.delivery.enqueue(subscription.url, notice)

    async def tell_early(self, subscription: Subscription) -> Sent | None:
        """Send a notification of the calendar's newest event before the subscription's creation is answered."""
        events = self.world.events_in(subscription.calendar)
        user = self.world.users[subscription.user]
        if not events:
            return None
        notice = change_notice(subscription, user, events[-1], "updated", events[-1].version)
        return await self.delivery.send_at_once(subscription.url, notice)

    def lifecycle(self, subscriptions: Iterable[Subscription], event: str) -> int:
        """Send a lifecycle event to those who named an address for them; ``subscriptionRemoved`` also removes.

        Returns how many were sent.
        """
        count = 0
        for subscription in subscriptions:
            if event == "subscriptionRemoved":
                self.world.remove(subscription)
            if not subscription.lifecycle_url:
                continue
            notice = lifecycle_notice(subscription, self.world.users[subscription.user], event)
            self.delivery.enqueue(subscription.lifecycle_url, notice, kind="lifecycle")
            count += 1
        return count
