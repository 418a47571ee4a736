"""Identifiers: what a paraphrase loses first and a reader needs to the letter (paths, numbers, quoted names, URLs).

They are looked for sentence by sentence, so a text all of whose sentences are kept has lost none of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from memview.policies.standins.texts import sentences

KINDS = ("url", "email", "path", "error", "code", "number", "quoted")

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_EXTENSION = (
    r"(?:py|pyi|ipynb|js|mjs|jsx|ts|tsx|json|jsonl|ya?ml|toml|ini|cfg|conf|env|md|rst|txt|log|csv|tsv|sql|db|sh|bash|ps1"
    r"|bat|c|h|cc|cpp|hpp|cs|go|rs|java|kt|rb|php|swift|html?|css|scss|xml|svg|png|jpe?g|gif|webp|pdf|docx?|xlsx?|pptx?"
    r"|zip|gz|tar|tgz|whl|lock|exe|dll|so|proto|tf|vue|lua)"
)
_UNIT = (
    r"(?:%|°[CF]?|[kKMGT]i?B|bytes?|ms|[µu]s|secs?|seconds?|mins?|minutes?|hours?|hrs?|days?|weeks?|months?|years?|km|cm|mm"
    r"|kg|mg|mph|kmh|miles?|feet|ft|inch(?:es)?|lbs?|litres?|liters?|ml|tokens?|words?|lines?|dollars?|euros?|pounds?"
    r"|[ap]\.?m\b\.?|[kKmMsghdxX](?![\w]))"
)
_ERRNO = (
    r"E(?:NOENT|ACCES|PERM|EXIST|CONNREFUSED|CONNRESET|TIMEDOUT|ADDRINUSE|PIPE|INVAL|ISDIR|NOTDIR|NOTFOUND|BADF|NOMEM"
    r"|NOSPC|AGAIN|MFILE)"
)

_PLAIN = re.compile(r"(?:\(?(?:[A-Z]{1,2}(?![A-Z]))?[a-z]*+(?:['’][a-z]++)?+[.,!?;:…)]*+(?: |$))*+")
"""Most sentences of a conversation are no more than words, and done with."""

_IDENTIFIER = re.compile(
    rf"""
      (?P<url>(?<!\w)(?:https?|ftp|file|wss?|s3|gs|ssh|git)://[^\s<>"'`]++|(?<![\w@.])www\.[^\s<>"'`]++)
    | (?P<email>(?<![\w.+-])[\w.+-]{{1,64}}+@[\w-]++(?:\.[\w-]++)+)
    | `(?P<ticked>[^`]{{1,80}})`
    | "(?P<plain_quote>[^"\s][^"]{{0,78}})"
    | “(?P<curly_quote>[^“”]{{1,80}})”
    | «\s?(?P<guillemet>[^«»]{{1,80}}?)\s?»
    | (?<![\w'’])['‘](?P<single_quote>[^\s'’][^'‘’]{{0,60}}?)['’](?!\w)
    | (?P<path>(?<![\w./\\~$-])(?!\d{{1,4}}/\d{{1,4}}(?:/\d{{1,4}})?(?![\w/]))(?:
          [A-Za-z]:[\\/][\w.$@+~\\/-]++
        | (?:~|\.{{1,2}}|\$\w{{1,40}})?/[\w.@+-][\w.@+~/-]*+
        | \.?[\w@+-][\w.@+-]*+/[\w.@+~/-]*+
        | [\w-]++(?:\.[\w-]++)*?\.{_EXTENSION}(?![\w/])
        | \.(?:env|gitignore|dockerignore|bashrc|zshrc|npmrc|editorconfig)\b))
    | (?P<error>(?<!\w)(?:
          [A-Z]\w*?(?:Error|Exception|Warning|Fault)(?!\w)
        | {_ERRNO}(?!\w)
        | E(?:RR)?[_-]?\d{{2,6}}(?!\w)
        | ERR_\w++))
    | (?P<number>(?<![\w.])(?:
          \d{{4}}-\d{{2}}-\d{{2}}(?:T[\d:.]++Z?)?
        | {_MONTH}\ \d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\ \d{{4}}\b(?!-\d))?
        | \d{{1,2}}(?:st|nd|rd|th)?\ (?:of\ )?{_MONTH}(?!\w)(?:,?\ \d{{4}}\b(?!-\d))?
        | {_MONTH},?\ \d{{4}}\b
        | \d{{1,4}}/\d{{1,4}}(?:/\d{{1,4}})?
        | \d{{1,2}}:\d{{2}}(?::\d{{2}})?(?:\s?[ap]\.?m\b\.?)?
        | v?\d+(?:\.\d+){{2,}}[\w+-]*+
        | [#v]\d++(?:\.\d++)*+(?!\w)
        | [-+]?[$€£¥]?\d++(?:,\d{{3}}(?!\d))*+(?:\.\d++)?+(?:\s?{_UNIT}(?!\w)|(?:st|nd|rd|th|s)\b)?
      )(?![\w@]))
    | (?P<code>(?<![\w.@])(?:
          [\w.]*?\w\(\)
        | --[a-z][\w-]++
        | [@\#][A-Za-z]\w++
        | [A-Za-z][A-Za-z0-9]{{0,20}}+-v?\d[\w.-]*\b
        | [0-9a-f]{{8}}-[0-9a-f]{{4}}-[0-9a-f-]{{13,22}}
        | (?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{{7,40}}(?!\w)
        | \w*?[a-zA-Z0-9]_\w++(?:\.\w++)*+
        | [a-z]\w*?[a-z0-9][A-Z]\w*+(?:\.\w++)*+
        | [A-Z][a-z0-9]++[A-Z]\w*+(?:\.\w++)*+
        | [a-z]\w*+(?:\.[a-z_]\w*+){{2,}}
        | [A-Za-z]++\d++\w*+
        | \d++[A-Za-z]\w*+))
    """,
    re.VERBOSE,
)
_LONGEST_NAME = 8
"""Words. What is quoted at more length is speech and no name."""

_KIND_OF_GROUP = {"plain_quote": "quoted", "curly_quote": "quoted", "guillemet": "quoted", "single_quote": "quoted"}
_DATE = re.compile(
    rf"(?P<a>\d{{1,2}})?(?:st|nd|rd|th)?\ ?(?:of\ )?(?P<m>{_MONTH})\ ?(?P<b>\d{{1,2}}(?!\d))?\D*(?P<y>\d{{4}})?"
)


class Identifier(NamedTuple):
    """`kind` is one of KINDS; `text` is normalised: the same thing written in two usual ways is the same."""

    kind: str
    text: str


@lru_cache(maxsize=4096)
def identifiers(text: str) -> tuple[Identifier, ...]:
    """The identifiers of `text`, each once, in order of first mention."""
    found: dict[Identifier, None] = {}
    for sentence in sentences(text):
        found.update(dict.fromkeys(identifiers_of_sentence(sentence)))
    return tuple(found)


@lru_cache(maxsize=16384)
def identifiers_of_sentence(sentence: str) -> tuple[Identifier, ...]:
    """The identifiers of one sentence (as `sentences` gives it), each once, in order; a list number is none."""
    if _PLAIN.fullmatch(sentence):
        return ()
    return tuple(dict.fromkeys(_found_in(sentence)))


def survival(before: Iterable[str], after: Iterable[str]) -> dict[str, tuple[int, int]]:
    """How many of the identifiers in the texts `before` are still in those `after`: `(kept, total)` for each kind seen.

    Give a summary sentence by sentence: a joined text may be split in other places. Kinds come in the order of KINDS.
    """
    seen = dict.fromkeys(identifier for text in before for identifier in identifiers(text))
    left = {identifier for text in after for identifier in identifiers(text)}
    total = Counter(identifier.kind for identifier in seen)
    kept = Counter(identifier.kind for identifier in seen if identifier in left)
    return {kind: (kept[kind], total[kind]) for kind in KINDS if total[kind]}


def _found_in(sentence: str) -> Iterator[Identifier]:
    start = 0
    if sentence[0].isdigit():
        mark, _, _ = sentence.partition(" ")
        start = len(mark) if len(mark) <= 4 and mark[-1] in ".)" and mark[:-1].isdigit() else 0
    place = start
    while (match := _IDENTIFIER.search(sentence, place)) is not None:
        place = match.end()
        group = match.lastgroup or "code"
        text = match[group]
        kind = _KIND_OF_GROUP.get(group, group)
        if kind == "ticked":
            inner = _IDENTIFIER.fullmatch(text)
            kind = inner.lastgroup if inner is not None and inner.lastgroup in KINDS else "code"
        normal = _NORMAL[kind](text)
        if normal:
            yield Identifier(kind, normal)
        if kind == "quoted" and _PLAIN.fullmatch(text) is None:
            yield from _found_in(text)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _url(text: str) -> str:
    text = text.rstrip(".,;:!?…*_")
    while text.endswith((")", "]", "}")) and text.count(text[-1]) > text.count(
        {")": "(", "]": "[", "}": "{"}[text[-1]]
    ):
        text = text[:-1].rstrip(".,;:!?")
    scheme, separator, rest = text.partition("://")
    if not separator:
        scheme, rest = "https", text
    host, slash, tail = rest.partition("/")
    return f"{scheme.lower()}://{host.lower()}{slash}{tail}".rstrip("/")


def _path(text: str) -> str:
    text = text.replace("\\", "/").rstrip(".,;:/")
    text = text.removeprefix("./")
    return text if any(character.isalnum() for character in text) and not _is_choice(text) else ""


def _is_choice(text: str) -> bool:
    """`and/or`, `he/she`, `24/7`: a slash between two short words is no path."""
    first, slash, second = text.partition("/")
    return bool(slash) and "/" not in second and all(part.isalpha() and len(part) < 4 for part in (first, second))


def _number(text: str) -> str:
    date = _DATE.fullmatch(text)
    if date is not None:
        month = f"{_MONTHS.index(date['m'][:3].lower()) + 1:02d}"
        day = date["a"] or date["b"]
        return "-".join(part for part in (date["y"], month, f"{int(day):02d}" if day else None) if part)
    text = text.lower().replace(" ", "").rstrip(".")
    return text.replace(",", "").lstrip("+").removeprefix("v")


def _quoted(text: str) -> str:
    words = text.split()
    return " ".join(words).strip(".,;:!?…*_").casefold() if len(words) <= _LONGEST_NAME else ""


_NORMAL: dict[str, Callable[[str], str]] = {
    "url": _url,
    "email": str.lower,
    "path": _path,
    "error": _plain,
    "code": _plain,
    "number": _number,
    "quoted": _quoted,
}
