"""API clients: keys, scopes, rates, and the command that makes one."""
