"""The `lifecycle:` section of a policy file, and what docs/lifecycle.md says of it all."""

from __future__ import annotations

import doctest
import re
from dataclasses import fields
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from memview.model.lifecycle_spec import FORGET_RULES, FORGET_TO, RESOLUTIONS, ForgetRule, LifecycleSpec
from memview.policies.lifecycle.section import ForgetBody, LifecycleBody

DOCUMENT = Path(__file__).parents[3] / "docs" / "lifecycle.md"


def test_an_empty_section_is_the_default() -> None:
    assert LifecycleBody.model_validate({}).spec() == LifecycleSpec()


def test_the_example_of_the_document_is_read() -> None:
    (example,) = re.findall(r"^```yaml\n(.*?)^```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    spec = LifecycleBody.model_validate(yaml.safe_load(example)["lifecycle"]).spec()
    assert spec.every_turns == 10
    assert spec.forget == (ForgetRule("expired"), ForgetRule("retention", below=0.05, to="nowhere"))


@pytest.mark.parametrize(
    "section",
    [
        {"every_turns": -1},
        {"every_turns": 2.5},
        {"merge_threshold": 0},
        {"merge_threshold": float("nan")},
        {"resolve": "forget"},
        {"forget": [{"rule": "boredom"}]},
        {"forget": [{"rule": "expired", "to": "moon"}]},
        {"forget": [{"rule": "retention", "turns_per_day": 0}]},
        {"forget": [{"rule": "expired"}] * 17},
        {"cluster_sise": 3},
    ],
)
def test_what_a_section_cannot_say(section: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        LifecycleBody.model_validate(section)


def test_section_and_spec_have_the_same_keys_and_names() -> None:
    assert set(LifecycleBody.model_fields) == {field.name for field in fields(LifecycleSpec)}
    assert set(ForgetBody.model_fields) == {field.name for field in fields(ForgetRule)}
    for resolution in RESOLUTIONS:
        assert LifecycleBody(resolve=resolution).spec().resolve == resolution  # type: ignore[arg-type]
    for rule in FORGET_RULES:
        for place in FORGET_TO:
            assert ForgetBody(rule=rule, to=place).to == place  # type: ignore[arg-type]


def test_the_examples_of_the_document_run() -> None:
    failed, tried = doctest.testfile(str(DOCUMENT), module_relative=False, encoding="utf-8")
    assert failed == 0
    assert tried > 10


def test_every_key_and_rule_is_described() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    described = set(re.findall(r"`([\w-]+)`", text))
    assert {field.name for field in (*fields(LifecycleSpec), *fields(ForgetRule))} <= described
    assert {*FORGET_RULES, *RESOLUTIONS} <= described
