"""The bare door: declared operations, answered on an event loop."""
