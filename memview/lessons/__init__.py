"""Lessons: guided tours over a session, with questions that the replay itself answers."""
