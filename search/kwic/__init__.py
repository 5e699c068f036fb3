"""Keyword in context: every place where a word stands, a line each, with the words around it."""
