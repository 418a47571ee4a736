"""The stand-ins by name."""

from __future__ import annotations

import importlib

import pytest

from memview.kernel.window import Summary
from memview.model.errors import PolicyError
from memview.policies.standins import registry
from memview.policies.standins.conflicts import LEDGERS
from memview.policies.standins.facts import extract_facts
from memview.policies.standins.importance import importance
from memview.policies.standins.summary import extract_summary


@pytest.mark.parametrize("name", registry.STANDINS)
def test_every_name_has_a_version_and_leads_somewhere(name: str) -> None:
    plain, _, version = name.partition("@")
    assert plain == plain.lower()
    assert version.isdigit()
    module, _, attribute = registry.STANDINS[name].target.partition(":")
    assert callable(getattr(importlib.import_module(f"memview.policies.standins.{module}"), attribute))


def test_each_job_gives_its_component_with_or_without_version() -> None:
    assert registry.summariser("extractive@1") is registry.summariser("Extractive") is extract_summary
    assert registry.summariser("extractive")([], 10) == Summary(())
    assert registry.fact_extractor("declaratives") is extract_facts
    assert registry.importance_scale("salience@1") is importance
    assert [found.text for found in registry.identifier_finder("identifiers")("see a.py")] == ["a.py"]
    assert registry.similarity("tfidf").similarity("tea", "tea") == 1
    assert registry.ledger("replace") is not registry.ledger("replace")


def test_the_ledgers_are_the_same_by_either_way() -> None:
    assert set(LEDGERS) == set(registry.names_for("conflicts"))
    assert all(type(registry.ledger(name)) is type(LEDGERS[name]()) for name in LEDGERS)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("extractive@2", "there is extractive@1"),
        ("tfidf@1", "'tfidf@1' is a stand-in for similarity"),
        ("", "there is"),
    ],
)
def test_an_unknown_name_is_refused_with_what_there_is(name: str, hint: str) -> None:
    with pytest.raises(PolicyError, match=hint) as refused:
        registry.summariser(name)
    assert "\n" not in str(refused.value)
