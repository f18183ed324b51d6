"""How Graph says no."""

from __future__ import annotations


class Refusal(Exception):
    """An error answer of Graph: HTTP status, error code, message and further headers."""

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code, self.message, self.headers = status, code, message, headers or {}


def not_found() -> Refusal:
    return Refusal(404, "ErrorItemNotFound", "The specified object was not found in the store.")


def access_denied() -> Refusal:
    return Refusal(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")


def malformed_id() -> Refusal:
    return Refusal(400, "ErrorInvalidIdMalformed", "Id is malformed.")


def invalid_request(message: str) -> Refusal:
    return Refusal(400, "ErrorInvalidRequest", f"Your request can't be completed. {message}")


def invalid_parameter(message: str) -> Refusal:
    return Refusal(400, "ErrorInvalidParameter", message)


def invalid_property(message: str = "At least one property failed validation.") -> Refusal:
    return Refusal(400, "ErrorPropertyValidationFailure", message)


def unreadable_body(message: str) -> Refusal:
    return Refusal(400, "RequestBodyRead", message)


def unknown_zone(name: str) -> Refusal:
    return Refusal(
        400,
        "TimeZoneNotSupportedException",
        f"A valid TimeZone value must be specified. The following TimeZone value is not supported: '{name}'.",
    )
