"""Points, from their costs to their expiry."""
