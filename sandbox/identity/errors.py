"""Errors of the token endpoint, in Microsoft's body shape."""

from __future__ import annotations

import uuid
from datetime import datetime

from sandbox.model import Json


class TokenRefusal(Exception):
    """No token: OAuth error, AADSTS number, text, HTTP status, suberror and claims."""

    def __init__(
        self, error: str, code: int, text: str, *, status: int = 400, suberror: str = "", claims: str = ""
    ) -> None:
        super().__init__(f"{error} AADSTS{code}")
        self.error, self.code, self.text = error, code, text
        self.status, self.suberror, self.claims = status, suberror, claims

    def body(self, now: datetime, correlation_id: str = "") -> Json:
        """The error body, its ids new."""
        trace, correlation = str(uuid.uuid4()), correlation_id or str(uuid.uuid4())
        stamp = now.strftime("%Y-%m-%d %H:%M:%SZ")
        body: Json = {
            "error": self.error,
            "error_description": (
                f"AADSTS{self.code}: {self.text} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {stamp}"
            ),
            "error_codes": [self.code],
            "timestamp": stamp,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": f"https://login.microsoftonline.com/error?code={self.code}",
        }
        if self.suberror:
            body["suberror"] = self.suberror
        if self.claims:
            body["claims"] = self.claims
        return body
