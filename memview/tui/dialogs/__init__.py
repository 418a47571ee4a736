"""Modal questions: one a file, each answering with plain data."""
