"""Figures about the ledger at work, for Prometheus."""

from prometheus_client import Histogram

SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 1_024)
SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)

BATCH_SIZE = Histogram("beanpay_batch_commands", "Commands in one transaction.", buckets=SIZES)
BATCH_WAIT = Histogram(
    "beanpay_batch_wait_seconds",
    "How long the first command of a transaction waited for the one before.",
    buckets=SECONDS,
)
BATCH_TIME = Histogram(
    "beanpay_batch_seconds", "How long a transaction took, COMMIT included.", buckets=SECONDS
)


def note_batch(*, size: int, waited: float, took: float) -> None:
    """Count one transaction: its commands, and its times in seconds."""
    BATCH_SIZE.observe(size)
    BATCH_WAIT.observe(waited)
    BATCH_TIME.observe(took)
