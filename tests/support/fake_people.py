"""In-memory people, accounts and preferences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.errors import AccountTaken, UnknownAccount, VersionConflict
from bot.model import (
    Account,
    AccountHealth,
    AccountId,
    AccountKind,
    ConversationReference,
    Person,
    PersonId,
    Preferences,
    TeamsUser,
)
from bot.ports import SignedIn, Whereabouts
from tests.support.fake_faults import Faults


class FakePeople:
    def __init__(self) -> None:
        self.people: dict[PersonId, Person] = {}
        self.references: dict[PersonId, ConversationReference] = {}
        self.left: dict[PersonId, Whereabouts] = {}
        self._welcomed: set[PersonId] = set()
        self._seen: set[tuple[str, str]] = set()

    def add(self, person: Person) -> Person:
        self.people[person.id] = person
        return person

    async def meet(
        self, user: TeamsUser, *, name: str, locale: str, zone: str, reference: ConversationReference | None
    ) -> Person:
        known = next((one for one in self.people.values() if one.user == user), None)
        person = known or Person(PersonId(len(self.people) + 1), user)
        person = replace(
            person,
            name=name or person.name,
            locale=locale or person.locale,
            client_zone=zone or person.client_zone,
        )
        self.people[person.id] = person
        if reference:
            self.references[person.id] = reference
            self.left.pop(person.id, None)
        return person

    async def get(self, person_id: PersonId) -> Person | None:
        return self.people.get(person_id)

    async def reference(self, person_id: PersonId) -> ConversationReference | None:
        return self.references.get(person_id)

    async def whereabouts(self, person_id: PersonId) -> Whereabouts | None:
        return self.left.get(person_id) or (
            Whereabouts(self.references[person_id]) if person_id in self.references else None
        )

    async def set_reference(self, person_id: PersonId, reference: ConversationReference) -> bool:
        if person_id in self.left or person_id not in self.people:
            return False
        self.references[person_id] = reference
        return True

    async def set_language(self, person_id: PersonId, language: str) -> None:
        self.people[person_id] = replace(self.people[person_id], language=language)

    async def welcome_once(self, person_id: PersonId, now: datetime) -> bool:
        is_first = person_id not in self._welcomed
        self._welcomed.add(person_id)
        return is_first

    async def removed(self, person_id: PersonId) -> None:
        self._welcomed.discard(person_id)
        former = self.references.pop(person_id, None)
        if former:
            self.left[person_id] = Whereabouts(replace(former, conversation_id=""), is_installed=False)

    async def first_sight(self, conversation_id: str, activity_id: str, now: datetime) -> bool:
        is_first = (conversation_id, activity_id) not in self._seen
        self._seen.add((conversation_id, activity_id))
        return is_first


class FakePreferencesStore:
    """``accounts``, where given, is asked whose calendars may be chosen, as the real store does."""

    def __init__(self, accounts: FakeAccounts | None = None, faults: Faults | None = None) -> None:
        self.stored: dict[PersonId, Preferences] = {}
        self.faults = faults or Faults()
        self._accounts = accounts
        if accounts is not None:
            accounts.preferences = self

    async def load(self, person_id: PersonId) -> Preferences:
        await self.faults.enter("load_preferences")
        return self.stored.get(person_id, Preferences())

    async def save(self, person_id: PersonId, preferences: Preferences) -> Preferences:
        await self.faults.enter("save_preferences")
        if self._accounts is not None:
            own = {account.id for account in self._accounts.stored if account.person_id == person_id}
            refs = {*preferences.conflict_calendars, *([preferences.target] if preferences.target else [])}
            if any(ref.account_id not in own for ref in refs):
                raise UnknownAccount
        if self.stored.get(person_id, Preferences()).version != preferences.version:
            raise VersionConflict
        saved = replace(preferences, version=preferences.version + 1)
        self.stored[person_id] = saved
        return saved

    def put(self, person_id: PersonId, preferences: Preferences) -> Preferences:
        """Set preferences as a test wants them."""
        self.stored[person_id] = preferences
        return preferences


class FakeAccounts:
    def __init__(self, faults: Faults | None = None) -> None:
        self.stored: list[Account] = []
        self.tokens: dict[AccountId, tuple[str, int]] = {}
        self.faults = faults or Faults()
        self.preferences: FakePreferencesStore | None = None
        self._last_id = 0

    def add(
        self,
        person_id: PersonId,
        username: str = "camille@contoso.example",
        *,
        kind: AccountKind = AccountKind.WORK,
        tenant_id: str = "5f0a3c1e-8d7b-4a52-9c64-1e2f3a4b5c6d",
        health: AccountHealth = AccountHealth.OK,
    ) -> Account:
        self._last_id += 1
        account = Account(
            id=AccountId(self._last_id),
            person_id=person_id,
            home_account_id=f"{username}.{tenant_id}",
            kind=kind,
            tenant_id=tenant_id,
            username=username,
            health=health,
        )
        self.stored.append(account)
        return account

    async def of(self, person_id: PersonId) -> Sequence[Account]:
        await self.faults.enter("accounts_of")
        return tuple(account for account in self.stored if account.person_id == person_id)

    async def find(self, account_id: AccountId) -> Account | None:
        await self.faults.enter("find_account")
        return next((account for account in self.stored if account.id == account_id), None)

    async def connect(self, person_id: PersonId, signed_in: SignedIn, now: datetime) -> tuple[Account, bool]:
        for index, account in enumerate(self.stored):
            if account.home_account_id != signed_in.home_account_id:
                continue
            if account.person_id != person_id:
                raise AccountTaken(signed_in.home_account_id)
            self.stored[index] = replace(account, health=AccountHealth.OK, username=signed_in.username)
            self.tokens[account.id] = (signed_in.token_cache, self.tokens.get(account.id, ("", 0))[1] + 1)
            return self.stored[index], False
        account = self.add(person_id, signed_in.username, kind=signed_in.kind, tenant_id=signed_in.tenant_id)
        account = replace(account, home_account_id=signed_in.home_account_id, display_name=signed_in.display_name)
        self.stored[-1] = account
        self.tokens[account.id] = (signed_in.token_cache, 1)
        return account, True

    async def disconnect(self, person_id: PersonId, account_id: AccountId) -> bool:
        own = [one for one in self.stored if one.id == account_id and one.person_id == person_id]
        if not own:
            return False
        self.stored.remove(own[0])
        self.tokens.pop(account_id, None)
        if self.preferences is not None and person_id in self.preferences.stored:
            before = self.preferences.stored[person_id]
            target = before.target if before.target and before.target.account_id != account_id else None
            kept = frozenset(ref for ref in before.conflict_calendars if ref.account_id != account_id)
            self.preferences.stored[person_id] = replace(
                before, conflict_calendars=kept, target=target, version=before.version + 1
            )
        return True

    async def set_health(self, account_id: AccountId, health: AccountHealth) -> None:
        self.stored = [replace(one, health=health) if one.id == account_id else one for one in self.stored]

    async def load_tokens(self, account_id: AccountId) -> tuple[str, int] | None:
        return self.tokens.get(account_id)

    async def save_tokens(self, account_id: AccountId, cache: str, version: int) -> int:
        if self.tokens.get(account_id, ("", -1))[1] != version:
            raise VersionConflict
        self.tokens[account_id] = (cache, version + 1)
        return version + 1
