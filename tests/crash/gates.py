"""Gates in the database: a step that a bot is about to record waits there while its gate is shut.

Each is a trigger that takes a shared advisory lock; whoever shuts the gate holds it exclusively. A gate of the *commit*
waits where the transaction ends: what it holds up is committed even if the bot dies before it hears so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

Json = dict[str, Any]

_FUNCTION = """
create function crash_gate() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock_shared(tg_argv[0]::bigint);
    return null;
end $$
"""
_HISTORY = """
create table crash_history (booking_id uuid not null, version integer not null);
create function crash_note() returns trigger language plpgsql as $$
begin
    insert into crash_history (booking_id, version) values (new.id, new.version);
    return null;
end $$;
create trigger crash_note after update on bookings for each row
    when (old.state = 'confirmed' and new.state = 'cancelled') execute function crash_note()
"""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that a bot records: a change of a table's row."""

    name: str
    table: str
    event: str
    when: str


STEPS = (
    Step("hinted", "bookings", "update", "new.state = 'confirmed' and new.check_at < old.check_at"),
    Step("cancelled", "bookings", "update", "old.state = 'confirmed' and new.state = 'cancelled'"),
    Step("sending", "notices", "update", "new.state = 'sending'"),
    Step("sent", "notices", "update", "old.state = 'sending' and new.state = 'sent'"),
)


@dataclass(frozen=True, slots=True)
class Gate:
    step: Step
    at_commit: bool
    number: int

    @property
    def name(self) -> str:
        return f"{self.step.name} {'commits' if self.at_commit else 'is written'}"


def _gates() -> tuple[Gate, ...]:
    pairs = [(step, at_commit) for step in STEPS for at_commit in (False, True)]
    return tuple(Gate(step, at_commit, 7_200_000 + place) for place, (step, at_commit) in enumerate(pairs))


GATES = _gates()


async def install(database: psycopg.AsyncConnection[Any]) -> None:
    """Put all gates, open, into the database, and a history of cancellations."""
    await database.execute(_FUNCTION)
    await database.execute(_HISTORY)
    for gate in GATES:
        await database.execute(_trigger(gate))


def _trigger(gate: Gate) -> sql.Composed:
    kind = "create constraint trigger" if gate.at_commit else "create trigger"
    deferred = "deferrable initially deferred" if gate.at_commit else ""
    text = f"{kind} {{name}} after {gate.step.event} on {{table}} {deferred} for each row when ({gate.step.when})"
    return sql.SQL(text + " execute function crash_gate({number})").format(  # type: ignore[arg-type]
        name=sql.Identifier(f"crash_{gate.number}"), table=sql.Identifier(gate.step.table), number=gate.number
    )


class Keeper:
    """Shuts and opens gates, over a connection of its own: ``url`` as libpq takes it."""

    def __init__(self, database: psycopg.AsyncConnection[Json]) -> None:
        self._database = database

    async def shut(self, gate: Gate) -> None:
        await self._database.execute("select pg_advisory_lock(%s)", (gate.number,))

    async def open(self, gate: Gate) -> None:
        await self._database.execute("select pg_advisory_unlock(%s)", (gate.number,))

    async def waiting(self, gate: Gate) -> Sequence[str]:
        """The names of the bots that stand before it."""
        found = await self._database.execute(
            "select a.application_name from pg_locks l join pg_stat_activity a using (pid)"
            " where l.locktype = 'advisory' and l.objid = %s and not l.granted",
            (gate.number,),
        )
        return [row["application_name"] for row in await found.fetchall()]
