"""Secret keys: made once, shown once, checked in microseconds.

A key carries 256 random bits, so that a plain SHA-256 of it is as safe to store as a slow hash
of a password would be, and can be looked up by an index.
"""

import secrets
from dataclasses import dataclass
from hashlib import sha256

PREFIX = "bp_"
HINT_LENGTH = 8


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key at the one moment at which it can be shown."""

    secret: str

    @property
    def digest(self) -> bytes:
        """Return what is stored of it."""
        return digest(self.secret)

    @property
    def hint(self) -> str:
        """Return how it begins, to tell keys apart."""
        return self.secret[:HINT_LENGTH]


def make() -> NewKey:
    """Make a fresh key."""
    return NewKey(PREFIX + secrets.token_urlsafe(32))


def digest(secret: str) -> bytes:
    """Return the 32 bytes by which a key is found."""
    return sha256(secret.encode()).digest()
