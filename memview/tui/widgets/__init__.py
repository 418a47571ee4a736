"""Widgets of the stepped screens: they draw lines and report what was clicked; they decide nothing."""
