"""The shapes that are looked for: one family a file, each with its rules (name, weight, description) and a `find`."""
