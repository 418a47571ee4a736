"""The stand-ins by name and version: what a preset refers to, and what `docs/standins.md` describes."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType, ModuleType
from typing import NamedTuple, Protocol

from memview.kernel.window import Summary
from memview.model.errors import PolicyError
from memview.policies.standins.conflicts import Ledger
from memview.policies.standins.facts import Fact
from memview.policies.standins.identifiers import Identifier
from memview.policies.standins.texts import SourceText


class Summariser(Protocol):
    """Writes a summary that names its sources, as `extract_summary` does."""

    def __call__(self, texts: Sequence[SourceText], max_words: int, previous: Summary | None = None) -> Summary: ...


class Similarity(Protocol):
    """Likeness of two texts, 0..1."""

    def similarity(self, first: str, second: str) -> float: ...


class Standin(NamedTuple):
    """What stands in for a model: `job` is what the model would do, `target` the module and the name in it."""

    job: str
    target: str


STANDINS: Mapping[str, Standin] = MappingProxyType(
    {
        "extractive@1": Standin("summary", "summary:extract_summary"),
        "identifiers@1": Standin("identifiers", "identifiers:identifiers"),
        "declaratives@1": Standin("facts", "facts:extract_facts"),
        "replace@1": Standin("conflicts", "conflicts:ReplacingLedger"),
        "invalidate@1": Standin("conflicts", "conflicts:InvalidatingLedger"),
        "add-only@1": Standin("conflicts", "conflicts:AddOnlyLedger"),
        "salience@1": Standin("importance", "importance:importance"),
        "tfidf@1": Standin("similarity", "similarity:TfIdf"),
        "char-ngrams@1": Standin("similarity", "similarity:CharacterNgrams"),
        "jaccard@1": Standin("similarity", "similarity:KeywordJaccard"),
    }
)


def summariser(name: str) -> Summariser:
    """The summariser called `name`; as all of these, one without a version is the newest. Raises PolicyError."""
    found: Summariser = getattr(*_place("summary", name))
    return found


def identifier_finder(name: str) -> Callable[[str], Sequence[Identifier]]:
    """The finder of identifiers called `name`. Raises PolicyError for another name."""
    found: Callable[[str], Sequence[Identifier]] = getattr(*_place("identifiers", name))
    return found


def fact_extractor(name: str) -> Callable[[Sequence[SourceText]], Sequence[Fact]]:
    """The extractor of facts called `name`. Raises PolicyError for another name."""
    found: Callable[[Sequence[SourceText]], Sequence[Fact]] = getattr(*_place("facts", name))
    return found


def ledger(name: str) -> Ledger:
    """A new, empty ledger of facts called `name`. Raises PolicyError for another name."""
    found: Callable[[], Ledger] = getattr(*_place("conflicts", name))
    return found()


def importance_scale(name: str) -> Callable[[str], int]:
    """The scale of importance called `name`, 1..10. Raises PolicyError for another name."""
    found: Callable[[str], int] = getattr(*_place("importance", name))
    return found


def similarity(name: str) -> Similarity:
    """A new measure of similarity called `name`. Raises PolicyError for another name."""
    found: Callable[[], Similarity] = getattr(*_place("similarity", name))
    return found()


def names_for(job: str) -> list[str]:
    """The names, with versions, of the stand-ins that do `job`."""
    return [name for name, standin in STANDINS.items() if standin.job == job]


def _place(job: str, name: str) -> tuple[ModuleType, str]:
    """The module of the stand-in, imported now, and the name in it."""
    wanted = name.strip().lower()
    offered = names_for(job)
    matching = [known for known in offered if wanted in (known, known.partition("@")[0])]
    if not matching:
        raise PolicyError(_unknown(job, name, offered))
    module, _, attribute = STANDINS[matching[-1]].target.partition(":")
    return importlib.import_module(f"memview.policies.standins.{module}"), attribute


def _unknown(job: str, name: str, offered: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(STANDINS), n=1, cutoff=0.5)
    other = f"{near[0]!r} is a stand-in for {STANDINS[near[0]].job}; " if near and near[0] not in offered else ""
    return f"no stand-in for {job} is called {name!r}; {other}there is {', '.join(offered)}"
