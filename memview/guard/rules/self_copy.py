"""Notes that want to live for ever: text that asks to be kept, repeated or handed on by whatever summarises it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from memview.guard.hints import first_match, hints, meets
from memview.guard.reading import Reading
from memview.guard.rules.rule import Rule, RuleHit, hit

SELF_COPY = Rule("copies itself", 0.75, "asks to be kept or repeated, so that it outlives summaries")
RULES = (SELF_COPY,)

_SELF = hints(
    "text note message instruction instructions paragraph sentence sentences line lines entry memory memories "
    "block rule rules word words statement reminder directive section"
)
_KEEPS = hints(
    "include included copy copied repeat repeated preserve preserved keep kept retain retained carry carried "
    "reproduce append insert save store propagate replicate pass quote add remember write remove delete drop "
    "omit shorten summarize summarise forget alter paraphrase edit compress evict"
)
_POINTERS = ("this ", "these ", "the following", "the present")
HINTS = _SELF | _KEEPS


def find(reading: Reading) -> Iterator[RuleHit]:
    """The first hit."""
    if meets(reading, _SELF) and meets(reading, _KEEPS):
        match = first_match(_pattern(), reading, _SELF, _POINTERS)
        if match is not None:
            yield hit(SELF_COPY, reading.plain[match.start() : match.end() + 40])


@cache
def _pattern() -> re.Pattern[str]:
    keep = (
        r"(?:include|copy|repeat|preserve|keep|retain|carry|reproduce|append|insert|save|store|propagate|"
        r"replicate|pass on|quote|add|remember|write)"
    )
    self_ = (
        r"(?:this|these|the following|the present) (?:\w{1,12} )?(?:text|note|message|instructions?|paragraph|"
        r"sentences?|lines?|entry|memory|"
        r"memories|block|rules?|words?|statement|reminder|directive|section)"
    )
    where = (
        r"(?:verbatim|word for word|unchanged|unaltered|as (?:it )?is|in (?:every|each|all|any|your|future|the next|"
        r"its|later) (?:\w{1,12} ){0,2}"
        r"(?:summar\w{1,4}|answers?|repl(?:y|ies)|responses?|memor(?:y|ies)|notes?|conversations?|messages?|outputs?|"
        r"blocks?|compactions?|contexts?)|"
        r"when(?:ever)? (?:you )?(?:are )?(?:summari[sz]|compact|compress|consolidat|rewrit|merg|condens)\w{0,4}|"
        r"(?:in|into|to|across) (?:\w{1,12} )?(?:core memory|long-term memory|other memories|your memory|all memory|"
        r"every summary|the summary|sessions))"
    )
    return re.compile(
        rf"\b{keep} {self_}\b[^.\n]{{0,60}}?\b{where}|\b{where},? (?:always |please |you must )?{keep} {self_}|"
        rf"\b(?:always|you must|must) {keep} {self_}|"
        rf"\b(?:do not|don't|never|must not) (?:\w{{1,10}} )?(?:remove|delete|drop|omit|shorten|summari[sz]e|forget|"
        rf"alter|paraphrase|edit|compress|evict) {self_}"
        r"(?! or (?:any )?(?:copyright|license|header))|"
        rf"\b{self_} (?:must|should|has to|shall) (?:always )?(?:be|remain|stay) (?:\w{{1,12}} )?(?:in|kept|copied|"
        rf"included|repeated|preserved|carried|retained)"
        r"(?: (?:verbatim|in (?:every|all|each) (?:summar|memor|answer|response|repl|conversation|message))|[ .,]|$)"
    )
