"""Service packages: prepaid capacity of an account, with a daily limit and a last valid day."""
