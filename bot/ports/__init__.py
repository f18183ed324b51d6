"""The protocols through which the rules reach the world; ``adapters/`` fulfils them, ``app.py`` wires them.

Every method raises the errors of :mod:`bot.errors` of its own boundary and no SDK's.
"""

from bot.ports.accounts import Accounts, Mailboxes, PreferencesStore, SignIn, SignIns
from bot.ports.bookings import Bookings
from bot.ports.calendars import CalendarFeed, Calendars
from bot.ports.channel import Channel, Directory, Jobs, Renderer
from bot.ports.clock import Clock, Health
from bot.ports.identity import Identity, SignedIn, SignInFlow, TokenSource
from bot.ports.people import WELCOME_AGAIN, People, Whereabouts
from bot.ports.syncing import Addresses, Notices, SyncFigures, Watches

__all__ = [
    "WELCOME_AGAIN",
    "Accounts",
    "Addresses",
    "Bookings",
    "CalendarFeed",
    "Calendars",
    "Channel",
    "Clock",
    "Directory",
    "Health",
    "Identity",
    "Jobs",
    "Mailboxes",
    "Notices",
    "People",
    "PreferencesStore",
    "Renderer",
    "SignIn",
    "SignInFlow",
    "SignIns",
    "SignedIn",
    "SyncFigures",
    "TokenSource",
    "Watches",
    "Whereabouts",
]
