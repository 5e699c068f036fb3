"""Tables that the readers look things up in, and where each comes from."""
