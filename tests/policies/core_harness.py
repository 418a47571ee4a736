"""A core of its own for eviction policies: evict until it fits, then insert. No session, no kernel."""

from __future__ import annotations

from collections.abc import Iterable

from memview.kernel.protocols import EvictionPolicy, Page
from memview.policies import create_eviction, load_policy

Request = tuple[int, int]
"""What is asked for, and its size."""


class Unknown:
    """A future that nothing is known of."""

    def next_reference(self, item: int, turn: int) -> int | None:
        return None


def eviction(name: str, seed: int = 0, capacity: int = 12) -> EvictionPolicy:
    """A fresh instance of a shipped policy's algorithm."""
    return create_eviction(load_policy(name), seed, capacity, Unknown())


class Core:
    """`capacity` is in size units. Turn n is request n."""

    def __init__(self, policy: EvictionPolicy, capacity: int) -> None:
        self.policy = policy
        self.capacity = capacity
        self.pages: dict[int, Page] = {}
        self.turn = 0
        self.evicted: list[int] = []

    @property
    def used(self) -> int:
        return sum(page.tokens for page in self.pages.values())

    def request(self, item: int, size: int, importance: float = 0.5) -> bool:
        """Whether it was a hit. What fits comes in, as when a core is loaded, even above `largest()`."""
        self.turn += 1
        page = self.pages.get(item)
        if page is not None:
            page.uses += 1
            page.last_used = self.turn
            self.policy.touch(page, self.turn)
            return True
        if size > self.capacity:
            return False
        self.policy.fault(item, size, self.turn)
        while self.used + size > self.capacity:
            victim = self.policy.victim(lambda page: True, self.turn)
            assert victim is not None
            del self.pages[victim.page.item]
            self.evicted.append(victim.page.item)
            self.policy.evict(victim, self.turn)
        page = Page(item, f"m{item}", size, importance, "fact", False, self.turn, self.turn)
        self.pages[item] = page
        self.policy.admit(page, self.turn)
        return False

    def drop(self, page: Page) -> None:
        del self.pages[page.item]
        self.evicted.append(page.item)
        self.policy.remove(page)

    def run(self, trace: Iterable[Request]) -> str:
        """The hit bitmap: one character a request, 1 for a hit."""
        return "".join("1" if self.request(item, size) else "0" for item, size in trace)
