"""The originals, replayed: what their callers send must still work."""
