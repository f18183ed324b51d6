"""Connected mailboxes, what is kept of them, settings and sign-ins under way."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.mailboxes.memory import Fact, KnownMailbox
from bot.model import Account, AccountHealth, AccountId, PersonId, Preferences
from bot.ports.identity import SignedIn, SignInFlow


class Accounts(Protocol):
    async def of(self, person_id: PersonId) -> Sequence[Account]:
        """The person's confirmed accounts in the order they were connected."""
        ...

    async def find(self, account_id: AccountId) -> Account | None:
        """An account by its id alone: for jobs, which act for nobody."""
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
