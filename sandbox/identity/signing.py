"""RS256 signatures with the standard library: enough for a sandbox, and for nothing else."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sandbox.model import Json

_SHA256_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")
_EXPONENT = 65537
_SIEVE = 2000
_PRIMES = 8
_PRIME_BITS = 256


def b64(raw: bytes) -> str:
    """URL-safe base64 without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def b64_json(body: Json) -> str:
    return b64(json.dumps(body, separators=(",", ":")).encode())


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An RSA key of 2048 bits, of as many primes as make Python quick to sign with (RFC 8017, 3.1)."""

    primes: tuple[int, ...]

    @property
    def modulus(self) -> int:
        return math.prod(self.primes)

    @property
    def key_id(self) -> str:
        return b64(hashlib.sha256(self.modulus.to_bytes(256, "big")).digest()[:16])

    def sign(self, claims: Json) -> str:
        """A JWT with these claims."""
        head = b64_json({"typ": "JWT", "alg": "RS256", "kid": self.key_id}) + "." + b64_json(claims)
        digest = _SHA256_PREFIX + hashlib.sha256(head.encode()).digest()
        padded = b"\x00\x01" + b"\xff" * (253 - len(digest)) + b"\x00" + digest
        return f"{head}.{b64(self._power(int.from_bytes(padded, 'big')).to_bytes(256, 'big'))}"

    def _power(self, message: int) -> int:
        """``message`` to the private exponent: prime by prime, put together by the Chinese remainder theorem."""
        result, product = 0, 1
        for prime in self.primes:
            part = pow(message % prime, pow(_EXPONENT, -1, prime - 1), prime)
            result += product * ((part - result) * pow(product, -1, prime) % prime)
            product *= prime
        return result

    def public(self) -> Json:
        """The public half as a JWK."""
        return {
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": self.key_id,
            "n": b64(self.modulus.to_bytes(256, "big")),
            "e": b64(_EXPONENT.to_bytes(3, "big")),
        }


class KeyRing:
    """The sandbox's key, made when first needed and kept beside the store."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._key: SigningKey | None = None

    @property
    def key(self) -> SigningKey:
        if self._key is None:
            self._key = self._load() or self._make()
        return self._key

    def _load(self) -> SigningKey | None:
        if not self._path or not self._path.exists():
            return None
        body = json.loads(self._path.read_text())
        return SigningKey(tuple(int(prime) for prime in body.get("primes") or (body["p"], body["q"])))

    def _make(self) -> SigningKey:
        key = SigningKey(tuple(_prime() for _ in range(_PRIMES)))
        if self._path:
            self._path.write_text(json.dumps({"primes": [str(prime) for prime in key.primes]}))
        return key


def _small_primes() -> Iterator[int]:
    return (n for n in range(3, _SIEVE, 2) if all(n % d for d in range(3, int(n**0.5) + 1, 2)))


def _prime() -> int:
    """A random prime with its four top bits set, so that all of them multiply to 2048 bits and not one less."""
    small = list(_small_primes())
    while True:
        candidate = secrets.randbits(_PRIME_BITS) | (15 << (_PRIME_BITS - 4)) | 1
        if all(candidate % n for n in small) and (candidate - 1) % _EXPONENT and _is_prime(candidate):
            return candidate


def _is_prime(number: int, rounds: int = 8) -> bool:
    """Miller-Rabin."""
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    return all(_passes(number, odd, twos) for _ in range(rounds))


def _passes(number: int, odd: int, twos: int) -> bool:
    x = pow(secrets.randbelow(number - 3) + 2, odd, number)
    if x in {1, number - 1}:
        return True
    for _ in range(twos - 1):
        x = x * x % number
        if x == number - 1:
            return True
    return False
