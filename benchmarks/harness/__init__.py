"""What `benchmarks/engine.py` is made of: corpora, questions, processes, measures, tables."""
