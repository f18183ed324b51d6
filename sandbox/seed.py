"""The people of the sandbox, and the seeds that tests and the demo start from."""

from __future__ import annotations

from sandbox import calendars
from sandbox.model import PERSONAL_TENANT, Tenant, User
from sandbox.seed_demo import fill_demo
from sandbox.world import World

CONTOSO = "5f0a3c1e-8d7b-4a52-9c64-1e2f3a4b5c6d"
CAMILLE = "0c2d6a54-3b1f-4e8a-9d70-6f5e4d3c2b1a"
ANNA = "1a3e7b65-4c20-4f9b-8e81-705f5e4d3c2b"
BEN = "2b4f8c76-5d31-40ac-9f92-816a6f5e4d3c"
ADMIN = "3c509d87-6e42-41bd-a0a3-927b7a6f5e4d"
CAMILLE_AT_HOME = "00000000-0000-0000-c0ff-ee0000000001"

SEEDS = ("demo", "empty", "paging")


def _people() -> list[User]:
    """Three colleagues, one personal account, and an administrator who has no mailbox."""
    return [
        User(
            CAMILLE, CONTOSO, "camille@contoso.example", "Camille Moreau", "Camille", "Moreau", "Product manager",
            "fr-FR", "Romance Standard Time", day_start="09:00:00.0000000", day_end="17:30:00.0000000",
        ),
        User(
            ANNA, CONTOSO, "anna@contoso.example", "Anna Keller", "Anna", "Keller", "Design lead",
            "de-DE", "W. Europe Standard Time", other_addresses=["a.keller@contoso.example"],
        ),
        User(
            BEN, CONTOSO, "ben@contoso.example", "Ben Okafor", "Ben", "Okafor", "Engineering manager",
            "en-US", "Eastern Standard Time",
        ),
        User(
            CAMILLE_AT_HOME, PERSONAL_TENANT, "camille.moreau@outlook.example", "Camille Moreau", "Camille", "Moreau",
            "", "fr-FR", "Romance Standard Time", day_start="08:00:00.0000000",
        ),
        User(ADMIN, CONTOSO, "admin@contoso.example", "Contoso Admin", "Contoso", "Admin", "Administrator",
             has_mailbox=False, is_admin=True),
    ]  # fmt: skip


def seed(world: World, name: str) -> None:
    """Forget everything and start from a seed: ``demo``, ``empty`` (people with bare calendars) or ``paging``.

    Raises:
        ValueError: there is no such seed.
    """
    if name not in SEEDS:
        raise ValueError(f"no seed {name!r}; there are {', '.join(SEEDS)}")
    world.wipe()
    world.put(Tenant(CONTOSO, "Contoso", "contoso.example"))
    world.put(Tenant(PERSONAL_TENANT, "Personal accounts", "outlook.example", personal=True))
    for user in _people():
        world.put(user)
        if user.has_mailbox:
            calendars.create(world, user, "Calendar", is_default=True, removable=False)
    if name == "demo":
        fill_demo(world, world.users[CAMILLE], world.users[ANNA], world.users[BEN], world.users[CAMILLE_AT_HOME])
    elif name == "paging":
        for number in range(1, 23):
            calendars.create(world, world.users[CAMILLE], f"Calendar {number:02}")
    world.seed_name = name
    world.note_meta()
    world.flush()
