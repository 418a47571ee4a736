"""Session files: the native JSON Lines format in and out, foreign formats in, and the samples that are shipped."""
