"""The ways that are compared, each a program of its own: BOOK and DATABASE in, its figures out as one line of JSON."""
