"""How notifications are made and brought, and what tests make go wrong on the way."""

from __future__ import annotations

from dataclasses import dataclass, fields

from sandbox.model import Json

_FEWEST = {"batch": 1, "concurrency": 1, "drop": 0, "retry": 0.001, "linger": 0.001}


@dataclass(slots=True)
class Policy:
    """Times are real seconds, but for ``give_up``, which runs by the sandbox's clock.

    ``echo``: how many ``updated`` follow a ``created``. ``again``: every n-th ``updated`` comes twice as two
    notifications (0: never). ``duplicate``: how many further times each notification comes, each in a POST of its own.
    ``drop``: the share of notifications that is lost; ``drop_next``: how many of the next ones are.
    ``only_created_updated``: no ``deleted`` is ever sent. ``delay``: before the first attempt; ``reorder``: a random
    part of so many seconds more, for each notification alone. ``hold``: nothing is sent. ``early_notification``: so
    many of the next subscriptions get a notification before their creation is answered.
    """

    echo: int = 1
    again: int = 3
    duplicate: int = 0
    drop: float = 0.0
    drop_next: int = 0
    only_created_updated: bool = False
    delay: float = 0.0
    reorder: float = 0.0
    hold: bool = False
    early_notification: int = 0
    batch: int = 20
    linger: float = 0.02
    concurrency: int = 8
    retry: float = 1.0
    retry_most: float = 30.0
    give_up: float = 4 * 3600.0
    answer_within: float = 3.0
    handshake_within: float = 10.0

    def change(self, order: Json) -> None:
        """Take over the fields that an order names.

        Raises:
            ValueError: a field is unknown, of the wrong type, or impossible.
        """
        kinds = {item.name: type(getattr(self, item.name)) for item in fields(self)}
        checked: Json = {}
        for name, value in order.items():
            if name not in kinds:
                raise ValueError(f"there is no policy {name!r}")
            if kinds[name] is bool and not isinstance(value, bool):
                raise ValueError(f"{name} is true or false")
            if not isinstance(value, int | float) or value < _FEWEST.get(name, 0):
                raise ValueError(f"{name} is a number of at least {_FEWEST.get(name, 0)}")
            checked[name] = kinds[name](value)
        for name, value in checked.items():
            setattr(self, name, value)
