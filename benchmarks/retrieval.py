"""What retrieval finds of LoCoMo's evidence, stage by stage, and what a staged ranking costs beside a plain one.

`python -m benchmarks.retrieval` prints the whole table: retrievers by budget of the retrieved section.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType

from benchmarks.scale import Scale
from benchmarks.synthetic import archive_session
from benchmarks.table import Row, Target
from benchmarks.timing import milliseconds, percentile
from memview.kernel.retrieval.recall import recall_within
from memview.model.policy_spec import PolicySpec
from memview.model.session import Session
from memview.policies import load_policy
from memview.replay import Workload
from memview.sessions.importers import open_session

CONVERSATIONS = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "locomo"
CATEGORIES = frozenset("1234")
"""The fifth holds questions that have no answer."""
BUDGETS = (250, 500, 1000, 2000)

_WITH, _WITHOUT = 0.78, 0.71
_MEMORIES, _ASKED = 10_000, 60


def retrievers() -> Mapping[str, PolicySpec]:
    """From plain BM25 to the shipped policy, one stage at a time. One turn is one memory, as in `retrieval.md`."""
    best = load_policy("recall-first")
    neighbours = {"neighbours": best.neighbours, "neighbour_reach": best.neighbour_reach}
    bare = replace(best, neighbours=0.0, neighbour_reach=1, cited=0.0, speaker_weight=1.0, date_weight=1.0)
    return MappingProxyType(
        {
            "BM25 plain": replace(bare, analysis="plain"),
            "+ stop words, stems": bare,
            "+ neighbours lend": replace(bare, **neighbours),
            "+ observations, summaries": replace(bare, **neighbours, cited=best.cited),
            "+ speakers": replace(best, date_weight=1.0),
            "+ dates: recall-first": best,
        }
    )


def conversations(directory: Path = CONVERSATIONS) -> Iterator[Session]:
    """The LoCoMo conversations that are on this machine."""
    for path in sorted(directory.glob("conv-*.json")):
        yield open_session(path).session


def without_observations(session: Session) -> Session:
    """The session without the facts that the data set ships beside the dialogue; summaries stay."""
    turns = (
        replace(turn, remember=tuple(memory for memory in turn.remember if memory.kind == "summary"))
        for turn in session.turns
    )
    return replace(session, turns=tuple(turns))


def mean_recall(workloads: list[Workload], spec: PolicySpec, tokens: int) -> float:
    """Evidence within `tokens`, a mean over the questions of all conversations."""
    total = questions = 0.0
    for workload in workloads:
        asked = sum(probe.category in CATEGORIES and bool(probe.evidence) for probe in workload.session.probes)
        total += (recall_within(workload, spec, tokens, CATEGORIES) or 0.0) * asked
        questions += asked
    return total / questions


def rows(scale: Scale, directory: Path) -> list[Row]:  # noqa: ARG001
    """Evidence missed within 500 tokens, in per cent, and the time of a ranking."""
    return [*_recall_rows(), _cost_row()]


def _recall_rows() -> list[Row]:
    sessions = list(conversations())
    if not sessions:
        print(f"retrieval: no LoCoMo conversation in {CONVERSATIONS}: evidence not measured", file=sys.stderr)
        return []
    best, plain = load_policy("recall-first"), retrievers()["BM25 plain"]
    result = []
    for what, bound, chosen in (
        ("", _WITH, sessions),
        (", no observations", _WITHOUT, [without_observations(session) for session in sessions]),
    ):
        workloads = [Workload(session) for session in chosen]
        ours, beside = (_missed(mean_recall(workloads, spec, 500)) for spec in (best, plain))
        name = f"LoCoMo, {len(sessions)} conversations, 500 tok{what}: evidence missed"
        result.append(Row("retrieval", name, ours, "%", beside, "BM25 plain", Target("ours", _missed(bound))))
    return result


def _missed(recall: float) -> float:
    return 100 * (1 - recall)


def _cost_row() -> Row:
    session = archive_session(_MEMORIES, _ASKED)
    medians = []
    for spec in (load_policy("recall-first"), load_policy("lru")):
        workload = Workload(session)
        demand = workload.demand(spec)
        workload.ensure(demand, 1)  # imports numpy
        taken = [milliseconds(partial(workload.ensure, demand, number)) for number in range(2, _ASKED)]
        medians.append(percentile(taken, 0.5))
    ours, plain = medians
    return Row("retrieval", f"{_MEMORIES:,} memories: ranking in stages, median", ours, "ms", plain, "BM25")


def main() -> None:
    """Print the table of `retrieval.md` for the conversations that are here."""
    sessions = list(conversations())
    for title, chosen in (
        ("", sessions),
        (", without observations", [without_observations(session) for session in sessions]),
    ):
        workloads = [Workload(session) for session in chosen]
        print(f"| retriever{title} | " + " | ".join(f"{tokens} tok" for tokens in BUDGETS) + " |")
        print("|---|" + "--:|" * len(BUDGETS))
        for name, spec in retrievers().items():
            figures = (f"{mean_recall(workloads, spec, tokens):.3f}" for tokens in BUDGETS)
            print(f"| {name} | " + " | ".join(figures) + " |")


if __name__ == "__main__":
    main()
