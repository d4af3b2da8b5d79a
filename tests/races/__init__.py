"""What must hold when many ask at once: real threads, real processes."""
