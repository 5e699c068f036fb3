"""Does newsq hold when things go wrong? Faults of every kind, and how often it did not."""
