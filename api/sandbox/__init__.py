"""A throw-away server for tests: its data, its day, and the addresses that change both."""
