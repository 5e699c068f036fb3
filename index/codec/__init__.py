"""Segments of a Whoosh index as memory-mapped arrays.

``arrayfile`` (named arrays in a file) -> ``packing`` (numbers in few bytes), ``runs`` and
``numberruns`` (where each of many runs lies) -> ``terms``, ``postings``, ``columns``,
``stored`` and ``values``, ``vectors`` (what a segment is made of) -> ``segment`` (one, open).
``termsreader``, ``documentreader``, ``matcher``, ``termswriter``, ``documentwriter`` and
``codec`` are Whoosh's contract over it: only they know Whoosh, so that a search that walks
the arrays itself need not import it.
"""
