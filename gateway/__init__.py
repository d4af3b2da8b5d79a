"""What every door shares: the registry of operations, parameters, answers, problems."""
