"""A running story: its versions in order, and what changed from one to the next."""
