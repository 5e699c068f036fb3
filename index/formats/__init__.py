"""One module a wire format; ``registry`` chooses by content, never by name."""
