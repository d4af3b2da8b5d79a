"""API clients: who may call, for which tenants, how much and how often."""
