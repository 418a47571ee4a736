"""The keys that run to the next eviction, fault or loss, or back to the one before."""

from __future__ import annotations


class Landing:
    """Six actions of the table, for every screen that can run to a kind of event."""

    def run_to(self, kind: str, direction: int) -> None:
        """Go to the next of `kind` (`evict`, `fault`, `loss`; with -1 to the one before), or say that none is."""
        raise NotImplementedError

    def action_evict_next(self) -> None:
        self.run_to("evict", 1)

    def action_evict_previous(self) -> None:
        self.run_to("evict", -1)

    def action_fault_next(self) -> None:
        self.run_to("fault", 1)

    def action_fault_previous(self) -> None:
        self.run_to("fault", -1)

    def action_loss_next(self) -> None:
        self.run_to("loss", 1)

    def action_loss_previous(self) -> None:
        self.run_to("loss", -1)
