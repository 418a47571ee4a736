"""What the tests of sweeps share: small sessions of our own, one of them a LoCoMo-shaped file of two conversations."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from memview.evaluate import Evaluation
from memview.model.memory import Memory
from memview.model.session import Arrival, Budgets, Probe, Session, Turn

WORDS = ("kiwi", "violin", "harbour", "ticket", "allergy", "budget")
BUDGETS = Budgets(window=2_000, core=40, retrieval=30, reserve=0)


def story(name: str = "s", turns: int = 12, probes: int = 3, step: int = 1, **fields: Any) -> Session:
    """Six memories of 10 tokens, each turn asks for one of them; probes of two categories at the end."""
    loaded = tuple(Arrival(0, Memory(word, f"the {word} of Mira", tokens=10, importance=0.9)) for word in WORDS)
    said = tuple(
        Turn(f"t{number}", "user", f"what of the {WORDS[number * step % 6]}", tokens=5)
        for number in range(1, turns + 1)
    )
    asked = tuple(
        Probe(f"q{number}", turns, f"which {WORDS[number]}?", (WORDS[number],), category="ab"[number % 2])
        for number in range(probes)
    )
    return replace(
        Session(name, arrivals=loaded, turns=said, probes=asked, budgets=BUDGETS, tokenizer="words"), **fields
    )


def conversation(name: str, subject: str) -> dict[str, Any]:
    """A LoCoMo conversation of four lines about `subject`, with an observation and two questions."""
    return {
        "sample_id": name,
        "conversation": {
            "speaker_a": "Ana",
            "speaker_b": "Ben",
            "session_1_date_time": "1:00 pm on 8 May, 2023",
            "session_1": [
                {"speaker": "Ana", "dia_id": "D1:1", "text": f"I bought a {subject} in Oslo"},
                {"speaker": "Ben", "dia_id": "D1:2", "text": "Was it dear?"},
            ],
            "session_2_date_time": "1:00 pm on 9 May, 2023",
            "session_2": [
                {"speaker": "Ana", "dia_id": "D2:1", "text": f"The {subject} is broken"},
                {"speaker": "Ben", "dia_id": "D2:2", "text": "Oh no"},
            ],
        },
        "observation": {"session_1_observation": {"Ana": [[f"Ana bought a {subject}.", "D1:1"]]}},
        "qa": [
            {"question": f"Where did Ana buy the {subject}?", "answer": "Oslo", "evidence": ["D1:1"], "category": 1},
            {"question": f"What is broken, the {subject}?", "evidence": ["D2:1"], "category": 5},
        ],
    }


def locomo_file(path: Path) -> Path:
    """A file with the conversations conv-1 and conv-2."""
    path.write_text(json.dumps([conversation("conv-1", "lamp"), conversation("conv-2", "kettle")]), encoding="utf-8")
    return path


def as_json(evaluation: Evaluation) -> str:
    """All results, to the last bit."""
    return json.dumps([result.as_dict() for result in evaluation.results])
