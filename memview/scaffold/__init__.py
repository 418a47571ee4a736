"""A small agent memory of one's own, written out: `template/` is a package that works, linted and tested as it stands.

Its files are real ones under the name that they have by default, so that every tool reads them as Python. They are
never imported from here, and pytest does not collect them here: `write.py` copies them as text, and
`tests/scaffold` runs what was copied.
"""
