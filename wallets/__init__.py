"""Wallets: accounts that hold money, and every way to move it."""
