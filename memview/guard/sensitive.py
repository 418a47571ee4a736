"""Contents that no screen and no export should show by accident: credentials, and data that single out a person.

Low false alarms come first: a number counts as a card, an account or an identity only when its check digits are right
or its shape is unmistakable. Order numbers, ISBNs, dates and versions are none of these.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from memview.guard.checksums import is_card_number, is_iban, is_national_number
from memview.guard.windows import places_of, windows


@dataclass(frozen=True, slots=True)
class Finding:
    """A sensitive stretch `text[start:end]`. `kind` reads `group: detail`, such as `credential: aws key`."""

    kind: str
    start: int
    end: int


class _Shape(NamedTuple):
    kind: str
    needs: tuple[str, ...]
    """One of these is in what is found, or close before it, in lower case; none: it is a long number."""
    pattern: str
    is_real: Callable[[str], bool] | None = None
    """A check of what was found; group 1 of the pattern is the secret when it has one."""
    reach: int = 320
    """Characters from the need to the end of the longest finding."""


def find_sensitive(text: str) -> tuple[Finding, ...]:
    """Sensitive stretches of `text` in order, none inside another. Linear in its length."""
    lower = text.lower() if "\u0130" not in text else text.replace("\u0130", "I").lower()
    numbers = [match.start() for match in _long_numbers().finditer(text)]
    # Most texts have neither a long number nor any of the needs: they are passed by without looking for places.
    present = [shape for shape in _SHAPES if (any(map(lower.__contains__, shape.needs)) if shape.needs else numbers)]
    found = [
        finding
        for shape in present
        for start, end in windows(
            places_of(lower, shape.needs) if shape.needs else numbers, _BEFORE, shape.reach, len(text)
        )
        for finding in _findings(text, shape, start, end)
    ]
    found.sort(key=lambda finding: (finding.start, -finding.end))
    kept: list[Finding] = []
    for finding in found:
        if not kept or finding.start >= kept[-1].end:
            kept.append(finding)
    return tuple(kept)


def mask(text: str) -> str:
    """`text` with every finding replaced by its kind in brackets: `[credential: aws key]`."""
    parts: list[str] = []
    place = 0
    for finding in find_sensitive(text):
        parts += (text[place : finding.start], f"[{finding.kind}]")
        place = finding.end
    parts.append(text[place:])
    return "".join(parts)


def _findings(text: str, shape: _Shape, start: int, end: int) -> Iterator[Finding]:
    for match in _compiled(shape.pattern).finditer(text, start, end):
        group = 1 if match.re.groups else 0
        if shape.is_real is None or shape.is_real(match[group]):
            yield Finding(shape.kind, *match.span(group))


def _is_secret(value: str) -> bool:
    """No placeholder and no word of prose: `password: required` is no password."""
    bare = value.strip("\"'").casefold()
    if bare in _PLACEHOLDERS or bare.startswith(("<", "{", "$", "%", "[", "*", "example")) or len(set(bare)) < 3:
        return False
    kinds = sum(
        (any(map(str.isdigit, bare)), any(map(str.isalpha, bare)), any(not char.isalnum() for char in bare[:-1]))
    )
    return kinds >= 2


def _is_address(value: str) -> bool:
    parts = [int(part) for part in value.split(".")]
    return max(parts) <= 255 and parts[0] not in (0, 127) and parts != [255] * 4


def _is_phone(value: str) -> bool:
    return 8 <= sum(map(str.isdigit, value)) <= 15


_PLACEHOLDERS = frozenset(
    "none null true false required optional changed reset expired hidden unknown redacted secret password".split()
)
_BEFORE = 90
"""Characters of a finding before its need: the name of a mailbox, the user of a connection."""

_SHAPES = (
    _Shape(
        "credential: private key",
        ("private key-----",),
        r"-----BEGIN (?:[A-Z]{2,10} ){0,2}PRIVATE KEY-----(?:[^-]{0,8000}-----END (?:[A-Z]{2,10} ){0,2}PRIVATE "
        r"KEY-----)?",
        reach=8200,
    ),
    _Shape("credential: aws key", ("akia", "asia"), r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    _Shape(
        "credential: github token",
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
        r"\b(?:gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_\w{30,255})\b",
    ),
    _Shape("credential: gitlab token", ("glpat-",), r"\bglpat-[\w-]{18,60}"),
    _Shape("credential: slack token", ("xox",), r"\bxox[abeoprs]-[A-Za-z0-9-]{10,120}"),
    _Shape("credential: google key", ("aiza",), r"\bAIza[\w-]{35}(?![\w-])"),
    _Shape("credential: stripe key", ("_live_", "_test_"), r"\b(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,120}\b"),
    _Shape("credential: api key", ("sk-",), r"\bsk-(?=[\w-]{0,160}\d)(?:ant-|proj-|or-)?[\w-]{20,160}"),
    _Shape("credential: huggingface token", ("hf_",), r"\bhf_[A-Za-z0-9]{30,60}\b"),
    _Shape("credential: npm token", ("npm_",), r"\bnpm_[A-Za-z0-9]{36}\b"),
    _Shape("credential: web token", ("eyj",), r"\beyJ[\w-]{8,2000}\.eyJ[\w-]{8,4000}\.[\w-]{0,2000}", reach=8100),
    _Shape(
        "credential: bearer token",
        ("bearer", "basic "),
        r"(?i:\b(?:bearer|authorization: ?basic) )([\w\-.~+/=]{16,2000})",
        _is_secret,
        reach=2040,
    ),
    _Shape(
        "credential: connection string",
        ("://",),
        r"\b[a-z][a-z0-9+.-]{1,20}://[^\s:/@\"'<>]{0,80}:[^\s@/\"'<>]{1,120}@[^\s\"'<>/]{1,200}",
    ),
    _Shape(
        "credential: password",
        ("passw", "passp", "passc", "pwd", "secret", "token", "key"),
        r"(?i:(?<![a-z])(?:password|passwd|passphrase|passcode|pwd|secret|token|api[_ -]?key|access[_ -]?key|"
        r"secret[_ -]?key|auth[_ -]?token)"
        r"[\"']?(?: (?:of|for) (?:the )?[a-z]{1,20})?\s?(?:=|:|\bis\b)\s?)([\"']?[^\s\"',;<>()]{5,199}[^\s\"',;<>().])",
        _is_secret,
    ),
    _Shape(
        "personal: e-mail address",
        ("@",),
        r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,24}\b",
    ),
    _Shape("personal: bank account", (), r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b", is_iban),
    _Shape(
        "personal: payment card",
        (),
        r"(?<![\d.-])[2-6]\d{3}[ -]?(?:\d{4}[ -]?\d{4}[ -]?\d{1,7}|\d{6}[ -]?\d{5})(?![\d-])",
        is_card_number,
    ),
    _Shape(
        "personal: national number",
        (),
        r"(?<![\w-])(?:\d{3}-\d{2}-\d{4}|[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]|[12] ?\d{2} ?\d{2} ?\d{2} "
        r"?\d{3} ?\d{3} ?\d{2}|\d{8}[A-HJ-NP-TV-Z])(?![\w-])",
        is_national_number,
    ),
    _Shape(
        "personal: phone number",
        (),
        r"(?<![\w.+/-])(?:\+\d{1,3}[ .-]?(?:\(0\)[ ]?)?(?:\(?\d{1,4}\)?[ .-]?){2,5}\d{2,4}|\(\d{3}\) ?\d{3}-\d{4}|"
        r"\d{3}-\d{3}-\d{4})(?![\w-]|\.\d)",
        _is_phone,
    ),
    _Shape(
        "personal: network address",
        (),
        r"(?<![\w.-])(?<!version )(?<!v)\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\w-]|\.\d)",
        _is_address,
    ),
    _Shape(
        "personal: street address",
        ("street", "avenue", "road", "lane", "drive", " st", "boulevard", "straße", "strasse"),
        r"\b\d{1,5}[a-z]? (?:[A-Z][a-z]{2,20} ){1,3}(?:Street|Avenue|Road|Lane|Drive|Boulevard|Court|Place)\b(?:, "
        r"[A-Z][A-Za-z .]{2,30})?"
        r"|\b[A-ZÄÖÜ][a-zäöüß]{3,30}(?:straße|strasse) \d{1,4}[a-z]?\b",
    ),
)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@cache
def _long_numbers() -> re.Pattern[str]:
    """Six digits in a row but for what people put between them, or four numbers with dots."""
    return re.compile(r"\d(?:[ .()/-]{0,2}\d){5}|\d\.\d{1,3}\.\d{1,3}\.\d")
