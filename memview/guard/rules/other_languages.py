"""Tasks in other languages, where they cost nothing: forms of order that nothing else in the language looks like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from memview.guard.hints import first_match, hints
from memview.guard.reading import Reading
from memview.guard.rules.rule import Rule, RuleHit, hit

FOREIGN_TASK = Rule("task in another language", 0.55, "orders a piece of work of an assistant, not in English")
RULES = (FOREIGN_TASK,)

HINTS = hints(
    "schreibe schreiben fasse fassen beschreibe beschreiben erstelle erstellen antworte antworten nenne "
    "nennen formuliere formulieren traduisez traduis expliquez veuillez donnez donne dites traduce traduzca "
    "escribe escriba resuma explica explique responde dime dame redacta bersetze bersetzen erkl sumez digez "
    "crivez cris pondez ponds"
)
"""Of words with other letters, the stretch that is ASCII: `bersetze`."""


def find(reading: Reading) -> Iterator[RuleHit]:
    """The first hit."""
    match = first_match(_pattern(), reading, HINTS)
    if match is None and reading.has_other_script:
        match = _in_other_scripts().search(reading.lower)
    if match is not None:
        yield hit(FOREIGN_TASK, reading.plain[match.start() : match.end() + 60].lstrip(".!?:\n \"'"))


@cache
def _pattern() -> re.Pattern[str]:
    german = (
        r"(?:bitte )?(?:übersetzen?|schreiben?|fassen?|erklären?|beschreiben?|erstellen?|antworten?|nennen?|"
        r"formulieren?) "
        r"(?:sie |mir |das |den |die |folgenden? |einen? |auf |kurz |nur )(?=[^.\n]{0,60}(?:text|gedicht|zusammen|"
        r"aufsatz|antwort|satz|englisch|"
        r"deutsch|französisch|geschichte|liste|brief|warum|wie|was|unterschied|brief))"
    )
    french = (
        r"(?:veuillez )?(?:traduisez|traduis|résumez|rédigez|écrivez|écris|expliquez|décrivez|répondez|réponds|"
        r"donnez-moi|donne-moi|dites-moi)\b"
    )
    spanish = (
        r"(?:por favor,? )?(?:traduce|traduzca|escribe|escriba|resuma|explica|explique|describe|responde|dime|"
        r"dame|redacta)\b (?=el |la |los |las |un |una |en |por |qué |cómo |al |me |este |esta |solo )"
    )
    return re.compile(rf"(?:\A|[.!?:\n\"]\s{{0,3}})(?:{german}|{french}|{spanish})")


@cache
def _in_other_scripts() -> re.Pattern[str]:
    russian = r"(?:переведи|переведите|напиши|напишите|объясни|объясните|опиши|опишите|расскажи|перескажи)\b"
    return re.compile(
        rf"(?:\A|[.!?:\n\"]\s{{0,3}})(?:{russian})|(?:\A|[。！？\n]\s{{0,3}})(?:[请請](?:你|您)?[^。！？\n]{{0,12}}(?:写|翻译|总结|"
        rf"解释|描述|列出|回答|生成|告诉)|帮我|翻译|写一)"
    )
