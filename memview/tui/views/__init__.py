"""Views: pure functions from a scene and a size to lines. No Textual, no state."""
