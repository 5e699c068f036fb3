"""Segments of a Whoosh index as memory-mapped arrays.

``packing`` (numbers in few bytes) -> ``arrayfile`` (named arrays in a file) -> ``terms``,
``postings``, ``columns``, ``stored`` (what a segment is made of) -> ``segment`` (one, open).
``readers``, ``matcher``, ``writers`` and ``codec`` are Whoosh's contract over it: only they
know Whoosh, so that a search that walks the arrays itself need not import it.
"""
