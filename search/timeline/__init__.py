"""Stories over time: ``periods`` counts them, ``text`` and ``picture`` show the counts."""
