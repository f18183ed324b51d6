"""Several that attend to accounts, as one."""

from __future__ import annotations

from bot.accounts.connection import AccountFollower
from bot.model import Account


class Followers:
    """Tells each in turn. Raises StoreError."""

    def __init__(self, *followers: AccountFollower) -> None:
        self._followers = followers

    async def connected(self, account: Account) -> None:
        for one in self._followers:
            await one.connected(account)

    async def disconnecting(self, account: Account) -> None:
        for one in self._followers:
            await one.disconnecting(account)
