"""Stories over time: ``periods`` counts them, ``text`` and two kinds of picture show the counts."""
