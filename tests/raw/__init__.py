"""A transaction that nobody has asked for the `Connection` of."""
