"""The wallets' tests: one file per operation, and what all of them share."""
