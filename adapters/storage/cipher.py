"""Encryption at rest: Fernet keys, newest first; what any of them wrote can be read, the newest writes."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

from bot.errors import StoreError


class Undecipherable(StoreError):
    """A secret was written with a key that is no longer among ``TOKEN_KEYS``."""


class Cipher:
    """Reads with every key and writes with the first.

    Raises:
        ValueError: no key, or one that is not 32 bytes in URL-safe base64; the message never shows it.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ValueError("TOKEN_KEYS holds no key")
        fernets = []
        for position, key in enumerate(keys, start=1):
            try:
                fernets.append(Fernet(key))
            except ValueError:
                raise ValueError(f"TOKEN_KEYS: key {position} is not a Fernet key") from None
        self._newest = fernets[0]
        self._all = MultiFernet(fernets)

    def encrypt(self, text: str) -> bytes:
        return self._newest.encrypt(text.encode())

    def decrypt(self, token: bytes) -> str:
        """Raises Undecipherable."""
        try:
            return self._all.decrypt(token).decode()
        except InvalidToken:
            raise Undecipherable("a stored secret was written with a key that TOKEN_KEYS no longer holds") from None

    def rewrite(self, token: bytes) -> bytes | None:
        """The same secret under the newest key; None where it already is, or no key reads it."""
        try:
            self._newest.decrypt(token)
        except InvalidToken:
            try:
                return self._all.rotate(token)
            except InvalidToken:
                return None
        return None


def attach(dialect: Dialect, cipher: Cipher) -> None:
    """Let the columns of one engine use ``cipher``: each engine has its own dialect object."""
    dialect.creneau_cipher = cipher  # type: ignore[attr-defined]  # the only place that a column's type can reach


class Encrypted(TypeDecorator[str]):
    """Text that is encrypted in the database. Reading raises Undecipherable."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else _cipher(dialect).encrypt(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else _cipher(dialect).decrypt(bytes(value))


class Replaceable(Encrypted):
    """What can be asked for again: None where none of the keys reads it any more."""

    cache_ok = True

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        try:
            return super().process_result_value(value, dialect)
        except Undecipherable:
            return None


def _cipher(dialect: Dialect) -> Cipher:
    cipher = getattr(dialect, "creneau_cipher", None)
    if not isinstance(cipher, Cipher):
        raise TypeError("no cipher is attached to this engine")
    return cipher


def load_or_create_keys(data_dir: Path) -> tuple[str, ...]:
    """The keys kept in ``data_dir``, newest first, made at the first call (where ``TOKEN_KEYS`` may be empty).

    The file is the owner's alone. Raises OSError, and ValueError where the file holds no key.
    """
    path = data_dir / "token.keys"
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        descriptor, making = tempfile.mkstemp(prefix=".token.keys.", dir=data_dir)  # the owner's alone
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(Fernet.generate_key().decode() + "\n")
                file.flush()
                os.fsync(descriptor)
            with contextlib.suppress(FileExistsError):  # another process was faster: its keys are the keys
                os.link(making, path)
        finally:
            os.unlink(making)
    keys = parse_keys(path.read_text().replace("\n", ","))
    Cipher(keys)
    return keys


def parse_keys(text: str) -> tuple[str, ...]:
    """``TOKEN_KEYS`` as a tuple: comma-separated, newest first."""
    return tuple(part.strip() for part in text.split(",") if part.strip())
