"""Access traces that are made as the recorded ones are: a message arrives, then its five best matches are asked for.

Talk drifts from topic to topic; what matches is of the topic, near in the conversation, or simply matches often. At the
end come questions, which jump between topics and bring no message of their own.
"""

from __future__ import annotations

import random
from array import array
from bisect import bisect
from itertools import accumulate

from memview.policies.trace import Trace

_FOUND = 5
_TOPICS = 12


class Conversation:
    """What has been said so far. Message n is of `topics[n]`; `pull[n]` is how easily it matches anything."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed).random
        self.topics: list[int] = []
        self.pull: list[float] = []
        self.sizes: list[int] = []

    def say(self) -> int:
        """The number of a new message."""
        topic = self.topics[-1] if self.topics and self.draw() > 0.12 else int(self.draw() * _TOPICS)
        self.topics.append(topic)
        self.pull.append((0.2 + self.draw()) ** 2)
        self.sizes.append(6 + int(84 * self.draw() ** 2.2))
        return len(self.topics) - 1

    def look_up(self, place: int) -> list[int]:
        """What is found for a query about message `place`, which is not among it."""
        weights = [
            pull * (12.0 if topic == self.topics[place] else 1.0) * (1.0 + 10.0 / (1 + abs(place - number)))
            for number, (topic, pull) in enumerate(zip(self.topics, self.pull, strict=True))
        ]
        weights[place] = 0.0
        found: list[int] = []
        while len(found) < min(_FOUND, len(weights) - 1):
            sums = list(accumulate(weights))
            number = bisect(sums, self.draw() * sums[-1])
            found.append(number)
            weights[number] = 0.0
        return found


def conversation_trace(seed: int, messages: int) -> Trace:
    """`messages` turns, then half as many questions. Keys are in order of arrival, sizes 6 to 90 tokens."""
    talk = Conversation(seed)
    asked: list[int] = []
    for _ in range(messages):
        number = talk.say()
        asked += [number, *talk.look_up(number)]
    for _ in range(messages // 2):
        asked += talk.look_up(int(talk.draw() * messages))
    return Trace(array("q", asked), array("q", [talk.sizes[number] for number in asked]))
