"""The kernel: exact quantities, locked rows, keys, append-only records. It knows no domain."""
