"""The protocols through which the rules reach the world; ``adapters/`` fulfils them, ``app.py`` wires them.

Every method raises the errors of :mod:`bot.errors` of its own boundary and no SDK's.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from bot.conversation import Reply, SentMessage
from bot.mailboxes.memory import Fact, KnownMailbox
from bot.model import (
    Account,
    AccountHealth,
    AccountId,
    AccountKind,
    Booking,
    BookingChange,
    BookingDraft,
    BookingState,
    Calendar,
    CalendarReading,
    CalendarRef,
    ConversationReference,
    Interval,
    MailboxSettings,
    Person,
    PersonId,
    Preferences,
    Standing,
    TeamsUser,
    WrittenEvent,
)


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


# Calendars


class Calendars(Protocol):
    """A person's mailboxes, live. Raises CalendarError where not said otherwise."""

    async def list_calendars(self, account: Account) -> Sequence[Calendar]:
        """Every calendar of the mailbox, paged to the end, the default one first."""
        ...

    async def read(
        self, account: Account, calendar: Calendar, window: Interval, *, details: bool = False
    ) -> CalendarReading:
        """All occurrences touching ``window`` (all-day ones of the neighbouring days included).

        With ``details`` each block bears its ``details``.

        Never raises CalendarError: a failure is part of the reading, because its time is then unknown.
        """
        ...

    async def mailbox_settings(self, account: Account) -> MailboxSettings: ...

    async def write(self, account: Account, booking: Booking) -> WrittenEvent:
        """Create the booking's event in its target calendar, tagged with the booking's id, with its ``transaction_id``.

        Raises CalendarError; its ``outcome_unknown`` tells whether the event may exist all the same.
        """
        ...

    async def find(self, account: Account, booking: Booking) -> WrittenEvent | None:
        """The event, looked for in its target calendar by tag and ``transactionId``; None where proved absent."""
        ...

    async def read_back(self, account: Account, calendar: CalendarRef, event_id: str) -> WrittenEvent:
        """The event as it stands in that calendar now."""
        ...

    async def standing(self, account: Account, booking: Booking) -> Standing:
        """What Outlook says of a confirmed booking's event, wherever in the mailbox it lies.

        Raises CalendarError where that cannot be told: nothing is gone that was not proved to be.
        """
        ...

    async def move(self, account: Account, booking: Booking, to: Interval, *, etag: str = "") -> None:
        """Give the event of a confirmed booking another time, everything else untouched (join link, body, invitees).

        ``etag``, of its :class:`Standing`: refused where the event was changed since.

        One request: each one that Outlook takes sends the invitees a mail. Raises CalendarError; ``outcome_unknown``
        tells whether it may have been done all the same.
        """
        ...

    async def cancel(self, account: Account, booking: Booking, *, has_attendees: bool, message: str) -> None:
        """Cancel the event with a message to its invitees; without any it is deleted. One request, as for ``move``."""
        ...


# Identity


@dataclass(frozen=True, slots=True)
class SignInFlow:
    """An authorization-code flow with PKCE under way; ``secrets`` (verifier, nonce) is JSON and is stored encrypted."""

    uri: str
    secrets: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What the token endpoint's id_token proved (audience, issuer and nonce checked) and the token cache to keep."""

    home_account_id: str
    kind: AccountKind
    tenant_id: str
    object_id: str
    username: str
    display_name: str
    scopes: frozenset[str]
    token_cache: str


class Identity(Protocol):
    async def begin(self, state: str, *, language: str = "", login_hint: str = "") -> SignInFlow:
        """A flow whose authorize address carries ``state``. Raises IdentityUnavailable."""
        ...

    async def redeem(self, flow: SignInFlow, state: str, response: Mapping[str, str]) -> SignedIn:
        """Exchange what came back for tokens; ``state`` is what this browser may answer with.

        Raises SignInCancelled, ConsentMissing, SignInRefused, IdentityUnavailable.
        """
        ...

    def admin_consent_uri(self, tenant_id: str, state: str) -> str:
        """Where an administrator grants the base scopes for a whole organisation."""
        ...


class TokenSource(Protocol):
    """What the calendar adapter needs of identity."""

    async def access_token(self, account: Account, *, claims: str = "", renew: bool = False) -> str:
        """A valid access token; a new one where ``claims`` (base64, of a challenge) or ``renew`` (refused) ask for it.

        Raises ReconnectNeeded or IdentityUnavailable.
        """
        ...

    async def granted_scopes(self, account: Account) -> frozenset[str]:
        """The scopes the account's tokens carry, as the token endpoint last said; empty where it never did."""
        ...


# The store: each method is one transaction


WELCOME_AGAIN = timedelta(minutes=1)
"""Teams tells of one install in two activities; one that comes later than this is another install."""


class People(Protocol):
    async def meet(
        self, user: TeamsUser, *, name: str, locale: str, zone: str, reference: ConversationReference | None
    ) -> Person:
        """The person behind ``user``, created at first sight; what is given of the rest is refreshed."""
        ...

    async def get(self, person_id: PersonId) -> Person | None: ...

    async def reference(self, person_id: PersonId) -> ConversationReference | None:
        """Where the person's personal chat is, if the bot was ever told."""
        ...

    async def set_language(self, person_id: PersonId, language: str) -> None: ...

    async def welcome_once(self, person_id: PersonId, now: datetime) -> bool:
        """True for exactly one caller an install: until ``removed`` is called or ``WELCOME_AGAIN`` has passed."""
        ...

    async def removed(self, person_id: PersonId) -> None:
        """The bot was uninstalled: the reference is forgotten, and a new install is welcomed again."""
        ...

    async def first_sight(self, conversation_id: str, activity_id: str, now: datetime) -> bool:
        """True for exactly one caller an activity: Teams may deliver one twice."""
        ...


class Accounts(Protocol):
    async def of(self, person_id: PersonId) -> Sequence[Account]:
        """The person's confirmed accounts in the order they were connected."""
        ...

    async def connect(self, person_id: PersonId, signed_in: SignedIn, now: datetime) -> tuple[Account, bool]:
        """Store an account with its tokens, or refresh the one of the same ``home_account_id``; True where it is new.

        Raises AccountTaken where another person holds this mailbox.
        """
        ...

    async def disconnect(self, person_id: PersonId, account_id: AccountId) -> bool:
        """Delete the account with its tokens and its part in the preferences; False where it was not theirs."""
        ...

    async def set_health(self, account_id: AccountId, health: AccountHealth) -> None: ...

    async def load_tokens(self, account_id: AccountId) -> tuple[str, int] | None:
        """The serialized token cache and its version, decrypted; None where the account is gone."""
        ...

    async def save_tokens(self, account_id: AccountId, cache: str, version: int) -> int:
        """Replace the cache whose version is ``version``; never re-creates a row. Raises VersionConflict."""
        ...


class Mailboxes(Protocol):
    """What mailboxes last said of themselves (never an event), and what of it their person was not told yet."""

    async def known(self, account_ids: Collection[AccountId]) -> Mapping[AccountId, KnownMailbox]:
        """What is kept of these accounts; one of which nothing is kept is missing."""
        ...

    async def keep(self, known: KnownMailbox, news: Sequence[Fact] = ()) -> KnownMailbox | None:
        """Replace the version ``known.version`` (0: the first one) and leave ``news`` with it, both or neither.

        The kept mailbox with its new version; None where another was quicker, or the account is gone.
        """
        ...

    async def take_news(self, person_id: PersonId) -> Sequence[Fact]:
        """What the person was not told yet, the oldest first: each fact for exactly one caller."""
        ...


class PreferencesStore(Protocol):
    async def load(self, person_id: PersonId) -> Preferences: ...

    async def save(self, person_id: PersonId, preferences: Preferences) -> Preferences:
        """Store what was changed from version ``preferences.version`` and return it with its new version.

        Calendars of accounts that are not the person's are refused. Raises VersionConflict.
        """
        ...


@dataclass(frozen=True, slots=True)
class SignIn:
    """One attempt to connect an account: single use, ten minutes, bound to the person who asked for it.

    ``response`` is what the identity platform posted, ``signed_in`` what was redeemed but awaits the six-digit ``code``
    to be typed by the same person, with ``attempts`` left. ``language`` is the language of its web pages.
    """

    id: str
    person_id: PersonId
    flow: SignInFlow
    expires_at: datetime
    response: Mapping[str, str] | None = None
    redeemed: bool = False
    signed_in: SignedIn | None = None
    code: str = ""
    attempts: int = 5
    language: str = "en"


class SignIns(Protocol):
    """Sign-ins under way; secrets, responses and tokens are encrypted at rest; expired rows answer as missing."""

    async def add(self, sign_in: SignIn) -> None: ...

    async def get(self, sign_in_id: str, now: datetime) -> SignIn | None: ...

    async def keep_response(self, sign_in_id: str, response: Mapping[str, str], now: datetime) -> bool:
        """Store what the callback received, until it is redeemed; False where there is no such sign-in."""
        ...

    async def claim_redemption(self, sign_in_id: str, now: datetime) -> SignIn | None:
        """Mark it redeemed and return it with its response, for exactly one caller; None for everyone else.

        None too, and nothing marked, where no response was kept yet. Of the stored response only ``state`` stays (the
        code in it is spent), so that the same browser can be shown its page again.
        """
        ...

    async def reopen(self, sign_in_id: str, now: datetime) -> bool:
        """After a redemption that gave nothing (platform down, sign-in cancelled): unmark it and forget its response.

        Its link may then be used again until it expires. False where it is missing, expired or awaits its code.
        """
        ...

    async def await_code(self, sign_in_id: str, signed_in: SignedIn, code: str, expires_at: datetime) -> None:
        """Hold an account until its code is typed in the chat."""
        ...

    async def try_code(self, person_id: PersonId, code: str, now: datetime) -> tuple[SignedIn | None, int | None]:
        """The account that this person's ``code`` releases (once), else the attempts left; (None, None) if none waits.

        A wrong code costs one attempt of each sign-in of the person that waits; at zero it is deleted.
        """
        ...


class Bookings(Protocol):
    async def reserve(self, host: PersonId, draft: BookingDraft, now: datetime, expires_at: datetime) -> Booking:
        """Insert a *reserved* row, the exclusion constraint being the lock. Raises SlotTaken, AlreadyBooked."""
        ...

    async def by_key(self, host: PersonId, key: str) -> Booking | None: ...

    async def get(self, host: PersonId, booking_id: UUID) -> Booking | None: ...

    async def claims(self, host: PersonId, window: Interval) -> Sequence[Booking]:
        """The host's reserved, pending and confirmed bookings that touch ``window``."""
        ...

    async def last_change(self, host: PersonId) -> datetime | None:
        """When one of the host's bookings was last made, moved, settled or cancelled; released ones do not count."""
        ...

    async def advance(
        self,
        booking: Booking,
        state: BookingState,
        *,
        now: datetime,
        event: WrittenEvent | None = None,
        settle_at: datetime | None = None,
        is_proved: bool = True,
    ) -> Booking:
        """Move a booking of known version to ``state``. Raises VersionConflict.

        A released booking may still be confirmed: its event turned up after all. ``is_proved`` is false where a booking
        is released although nobody knows whether its event was written.
        """
        ...

    async def begin_change(self, booking: Booking, change: BookingChange, now: datetime) -> Booking:
        """Record what the host asked of a confirmed booking of known version; a move claims its new time.

        Raises SlotTaken where another claim holds that time, VersionConflict where the booking changed, also where
        another change is under way.
        """
        ...

    async def change_asked(self, booking: Booking, now: datetime, due_at: datetime) -> Booking:
        """From here on Graph may have done it (``is_asked``); look again at ``due_at``. Raises VersionConflict."""
        ...

    async def end_change(
        self, booking: Booking, now: datetime, *, event: WrittenEvent | None = None, cancelled: bool = False
    ) -> Booking:
        """The change is over: the booking stands as ``event``, is ``cancelled``, or (neither) stays as it was.

        Raises VersionConflict.
        """
        ...

    async def follow(self, booking: Booking, event: WrittenEvent, now: datetime) -> Booking:
        """Record how the event of a confirmed booking stands in Outlook now. Raises VersionConflict."""
        ...

    async def changing(self, now: datetime, limit: int) -> Sequence[Booking]:
        """Bookings whose change is due to be looked at, the longest due first."""
        ...

    async def unsettled(self, now: datetime, limit: int) -> Sequence[Booking]:
        """Pending bookings that are due, and reserved ones past their expiry (a crash between two steps)."""
        ...


# The channel


class Channel(Protocol):
    """Teams, outbound. Raises ChannelError."""

    async def send(self, reference: ConversationReference, reply: Reply) -> SentMessage: ...

    async def edit(self, reference: ConversationReference, message_id: str, reply: Reply) -> None:
        """Replace a message of the bot's own."""
        ...


class Jobs(Protocol):
    async def settle_booking(self, booking_id: UUID, *, delay: timedelta = timedelta(0)) -> None:
        """Ask that an unsettled booking be looked at; the row stays the truth, a lost job is found by the sweep."""
        ...


class Health(Protocol):
    async def ready(self) -> Mapping[str, bool]:
        """Each part the bot cannot work without, and whether it answers."""
        ...
