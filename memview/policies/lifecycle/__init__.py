"""What becomes of memories with time: duplicates merged, conflicts settled, the old forgotten; every step undoable."""
