"""Sign-ins under way. Verifier, nonce, response, tokens and code are encrypted at rest."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update

from adapters.storage.database import Database
from adapters.storage.tables import SignInRow
from bot.errors import VersionConflict
from bot.model import AccountKind, PersonId
from bot.ports import SignedIn, SignIn, SignInFlow


class SignInsTable:
    """Fulfils :class:`bot.ports.SignIns`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, sign_in: SignIn) -> None:
        flow = {"uri": sign_in.flow.uri, "secrets": sign_in.flow.secrets}
        async with self._database.transaction() as session:
            session.add(
                SignInRow(
                    id=sign_in.id,
                    person_id=sign_in.person_id,
                    flow=json.dumps(flow),
                    expires_at=sign_in.expires_at,
                    response=json.dumps(dict(sign_in.response)) if sign_in.response is not None else None,
                    redeemed=sign_in.redeemed,
                    signed_in=_dump(sign_in.signed_in) if sign_in.signed_in else None,
                    code=sign_in.code or None,
                    attempts=sign_in.attempts,
                    language=sign_in.language,
                )
            )

    async def get(self, sign_in_id: str, now: datetime) -> SignIn | None:
        async with self._database.transaction() as session:
            row = await session.get(SignInRow, sign_in_id)
            return _sign_in(row) if row and row.expires_at > now else None

    async def keep_response(self, sign_in_id: str, response: Mapping[str, str], now: datetime) -> bool:
        """As the port says; until it is redeemed, a later answer replaces an earlier one (a person who went back)."""
        async with self._database.transaction() as session:
            kept = await session.scalar(
                update(SignInRow)
                .where(SignInRow.id == sign_in_id, SignInRow.redeemed.is_(False), SignInRow.expires_at > now)
                .values(response=json.dumps(dict(response)))
                .returning(SignInRow.id)
            )
            return kept is not None

    async def claim_redemption(self, sign_in_id: str, now: datetime) -> SignIn | None:
        async with self._database.transaction() as session:
            row = await session.get(SignInRow, sign_in_id, with_for_update=True)
            if row is None or row.redeemed or row.response is None or row.expires_at <= now:
                return None
            row.redeemed = True
            claimed = _sign_in(row)
            # The authorization code in it is spent by whoever claimed it; its state still tells the browser apart.
            row.response = json.dumps({"state": (claimed.response or {}).get("state", "")})
            return claimed

    async def reopen(self, sign_in_id: str, now: datetime) -> bool:
        async with self._database.transaction() as session:
            reopened = await session.scalar(
                update(SignInRow)
                .where(
                    SignInRow.id == sign_in_id,
                    SignInRow.redeemed.is_(True),
                    SignInRow.signed_in.is_(None),
                    SignInRow.expires_at > now,
                )
                .values(redeemed=False, response=None)
                .returning(SignInRow.id)
            )
            return reopened is not None

    async def await_code(self, sign_in_id: str, signed_in: SignedIn, code: str, expires_at: datetime) -> None:
        """As the port says. Raises VersionConflict where the sign-in is gone, unredeemed or holds one already."""
        async with self._database.transaction() as session:
            held = await session.scalar(
                update(SignInRow)
                .where(SignInRow.id == sign_in_id, SignInRow.redeemed.is_(True), SignInRow.signed_in.is_(None))
                .values(signed_in=_dump(signed_in), code=code, expires_at=expires_at)
                .returning(SignInRow.id)
            )
            if held is None:
                raise VersionConflict("the sign-in is gone")

    async def try_code(self, person_id: PersonId, code: str, now: datetime) -> tuple[SignedIn | None, int | None]:
        """As the port says; where several wait, the attempts left are those of the one that has most."""
        async with self._database.transaction() as session:
            waiting = (
                await session.scalars(
                    select(SignInRow)
                    .where(SignInRow.person_id == person_id, SignInRow.code.is_not(None), SignInRow.expires_at > now)
                    .order_by(SignInRow.expires_at.desc(), SignInRow.id)
                    .with_for_update()
                )
            ).all()
            matching = [row for row in waiting if _same(row.code or "", code)]
            if matching:
                await session.delete(matching[0])
                return _load(matching[0].signed_in or ""), None
            for row in waiting:
                if row.attempts > 1:
                    row.attempts -= 1
                else:
                    await session.delete(row)
            left = [row.attempts for row in waiting if row not in session.deleted]
            return None, (max(left, default=0) if waiting else None)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode("utf-8", "surrogatepass"))


def _sign_in(row: SignInRow) -> SignIn:
    flow = json.loads(row.flow)
    return SignIn(
        id=row.id,
        person_id=PersonId(row.person_id),
        flow=SignInFlow(flow["uri"], flow["secrets"]),
        expires_at=row.expires_at,
        response=json.loads(row.response) if row.response is not None else None,
        redeemed=row.redeemed,
        signed_in=_load(row.signed_in) if row.signed_in is not None else None,
        code=row.code or "",
        attempts=row.attempts,
        language=row.language,
    )


def _dump(signed_in: SignedIn) -> str:
    return json.dumps(
        {
            "home_account_id": signed_in.home_account_id,
            "kind": signed_in.kind.value,
            "tenant_id": signed_in.tenant_id,
            "object_id": signed_in.object_id,
            "username": signed_in.username,
            "display_name": signed_in.display_name,
            "scopes": sorted(signed_in.scopes),
            "token_cache": signed_in.token_cache,
        }
    )


def _load(stored: str) -> SignedIn:
    values = json.loads(stored)
    return SignedIn(**values | {"kind": AccountKind(values["kind"]), "scopes": frozenset(values["scopes"])})
