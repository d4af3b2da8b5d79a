"""The door, from outside: paths, answers, bad input, errors, lists, tenants."""
