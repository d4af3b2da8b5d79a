"""Points: lots with a cost and an expiry, holds, and the log of every step."""
