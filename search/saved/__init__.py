"""Saved searches and their alerts: what is new in the index since each was last looked at."""
