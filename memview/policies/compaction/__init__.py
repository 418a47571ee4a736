"""Window compaction: one shape (measure, trigger, select, transform, destination, repair, aftermath) of small parts.

A shipped system is a choice of parts and numbers in a preset's YAML; `registry` turns that into a `Compaction`.
"""
