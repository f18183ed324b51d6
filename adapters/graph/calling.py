"""One call to a mailbox: bounded in time as a whole, its failures all CalendarError."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from adapters.graph.answers import UnreadableAnswer
from adapters.graph.events import UnreadableEvent
from adapters.graph.failures import translated
from adapters.graph.mailbox import GraphConnection, Mailbox
from bot.errors import CalendarError, IdentityError
from bot.model import Account

log = logging.getLogger(__name__)


@asynccontextmanager
async def calling(
    connection: GraphConnection, account: Account, *, seconds: float | None = None, nothing_written: bool = False
) -> AsyncIterator[Mailbox]:
    """The mailbox, for ``seconds`` (the connection's patience, if not said).

    ``nothing_written``: a step before the write, so that its failure leaves no doubt about an event.
    """
    try:
        async with asyncio.timeout(connection.patience.call if seconds is None else seconds):
            yield connection.mailbox(account)
    except (CalendarError, IdentityError, TimeoutError, UnreadableAnswer, UnreadableEvent) as error:
        if isinstance(error, UnreadableAnswer | UnreadableEvent):
            log.warning("Graph's answer cannot be read", extra={"account_id": account.id, "what": str(error)})
        failure = translated(error)
        raise replace(failure, outcome_unknown=failure.outcome_unknown and not nothing_written) from None
