"""Playing: stepping by itself at a speed."""

from __future__ import annotations

_SPEEDS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)


class Playback:
    """Whether the session plays and how fast. Speed 1 is `turns_per_second`."""

    def __init__(self, turns_per_second: float) -> None:
        self._turns_per_second = turns_per_second
        self.is_playing = False
        self._step = _SPEEDS.index(1.0)

    @property
    def speed(self) -> float:
        """How many times the normal speed."""
        return _SPEEDS[self._step]

    @property
    def seconds_per_turn(self) -> float:
        """The time between two steps."""
        return 1 / (self.speed * self._turns_per_second)

    def change_speed(self, steps: int) -> None:
        """Double (1) or halve (-1), within bounds."""
        self._step = max(0, min(self._step + steps, len(_SPEEDS) - 1))
