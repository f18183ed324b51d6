"""One POST to a subscriber."""

from __future__ import annotations

import json
import time
from typing import Any

import aiohttp

from sandbox.notifying.records import Sent

_LONGEST_ANSWER = 2000


class Post:
    """An HTTP client that opens a connection for each POST, so that a receiver may die and come back at any time."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def send(
        self,
        sent: Sent,
        *,
        within: float,
        params: dict[str, str] | None = None,
        raw: bytes | None = None,
        content_type: str = "application/json",
    ) -> aiohttp.ClientResponse | None:
        """Post the body of ``sent`` (or ``raw`` bytes) and note the outcome in it; None where no answer came."""
        if self._session is None:
            connector = aiohttp.TCPConnector(force_close=True, limit=0)
            self._session = aiohttp.ClientSession(connector=connector, trust_env=False)
        data = json.dumps(sent.body).encode() if raw is None else raw
        started = time.perf_counter()
        try:
            async with self._session.post(
                sent.url,
                data=data,
                params=params,
                headers={"Content-Type": content_type},
                timeout=aiohttp.ClientTimeout(total=within),
                allow_redirects=False,
            ) as response:
                sent.status = response.status
                sent.answer = (await response.read())[:_LONGEST_ANSWER].decode("utf-8", "replace")
                return response
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            sent.status, sent.error = 0, f"{type(error).__name__}: {error}"[:200]
            return None
        finally:
            sent.ms = round((time.perf_counter() - started) * 1000, 2)

    async def close(self) -> None:
        if self._session:
            await self._session.close()
            self._session = None


def succeeded(sent: Sent) -> bool:
    """Whether the receiver took it."""
    return 200 <= sent.status < 300


def body_of(notices: list[Any]) -> dict[str, Any]:
    return {"value": notices}
