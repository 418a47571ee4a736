"""What a policy says about searching, as one value: two policies that agree on it share one ranking."""

from __future__ import annotations

from typing import NamedTuple

from memview.model.errors import PolicyError
from memview.model.policy_spec import PolicySpec


class RetrievalSettings(NamedTuple):
    """The part of a policy that decides which candidates a question gets, and in which order."""

    retriever: str
    analysis: str
    pool: int
    neighbours: float
    neighbour_reach: int
    cited: float
    derived: str
    speaker_weight: float
    date_weight: float

    @property
    def is_plain(self) -> bool:
        """Whether the retriever's own scores are the ranking: no stage has anything to add."""
        has_lenders = self.neighbours > 0 or self.cited > 0
        return not has_lenders and self.derived == "fetch" and self.speaker_weight == 1.0 and self.date_weight == 1.0


def retrieval_settings(spec: PolicySpec) -> RetrievalSettings:
    """The settings of a policy. Raises PolicyError when its stages need scores that its retriever does not give."""
    settings = RetrievalSettings(*(getattr(spec, name) for name in RetrievalSettings._fields))
    if settings.retriever != "bm25" and not settings.is_plain:
        raise PolicyError(
            f"policy.retriever: {settings.retriever!r} takes no stages: neighbours, cited, derived, speaker_weight and "
            "date_weight work on the scores of `bm25`"
        )
    return settings
