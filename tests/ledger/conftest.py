"""The kernel is tried on wallets: they are its smallest domain."""

from tests.wallets.conftest import ann, bob, sound_ledger

__all__ = ["ann", "bob", "sound_ledger"]
