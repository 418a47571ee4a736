"""Clauses: who does what in a sentence, found by word lists in one pass over its words. No grammar, and no guessing.

Only a first person, what belongs to somebody (`my sister`, `Ann's dog`) and names can be subjects; who `he`, `she` and
`it` are is not known, and what is merely supposed (`I might`, `if we`) is not said to be so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from memview.policies.standins.verbs import VERBS

LONGEST_OBJECT = 16
"""Words; what a clause says beyond them is left to its text."""

_TOKEN = re.compile(r"[$€£#]?[^\W_]+(?:['’.@/_+&,-]?[^\W_]+)*+%?|[,;:()—–…]|--?")
_ENDINGS = {"n't": "not", "'m": "am", "'re": "are", "'ve": "have", "'ll": "will", "'d": "would"}
_RUN_TOGETHER = {"cannot": (3, "can", "not"), "gonna": (3, "going", "to"), "wanna": (3, "want", "to"),
                 "gotta": (3, "have", "to"), "name's": (4, "name", "is")}  # fmt: skip
_WHOLE = {"ca": "can", "wo": "will"}

FILLERS = frozenset(
    """oh ah wow well yes yeah yep no nope ok okay hey hi hello so and but then now also please thanks anyway haha lol
    um uh hmm honestly basically very""".split()
)
_ADVERBS = frozenset(
    """really just also still always actually currently now recently finally already definitely both kinda totally only
    probably even often sometimes once mostly super so very too ever all never soon first""".split()
)
_SUPPOSED = frozenset("might may could should would".split())
_OTHERS = frozenset("i we you he she it they it's that's there's he's she's it'd".split())
_HELPERS = frozenset("do does did can must".split())
_OPINIONS = frozenset("think thought guess bet mean wonder wish know knew suppose believe say said imagine".split())
_SUPPOSING = frozenset("if unless whether wish than how what where why who when like".split())
_BREAKS = frozenset("; : ( ) — – … -- -".split())
_ENDS = frozenset("but because cause cuz although though while which who when where if unless".split())
_JOINTS = frozenset("and or so since as that then plus".split())
_FIRST_PERSON = frozenset("i we".split())
_OWNERS = frozenset("my our".split())
_NO_NAMES = (
    FILLERS
    | _ADVERBS
    | frozenset(
        """a an the
        i you he she it we they this that these those there here what who which when where why how if as at by for from
    in of on to with my your his her its our their everyone everybody someone nobody one some any each both many most
    few things people nothing something anything everything let's that's it's he's she's there's what's glad looks hope
    can will do did does have has is are was were maybe life time not first next last today yesterday tomorrow lately
    recently sometimes usually since because while plus although though currently actually finally""".split()
    )
)
_INSIDE_NO_SUBJECT = frozenset("and or to of in on at for with from that who which".split()) | _BREAKS | {","}


class _Token(NamedTuple):
    word: str
    start: int
    end: int
    is_capital: bool


class _Subject(NamedTuple):
    """`who`, or what of his where `head` is not empty; the tokens from `first` to before `after`."""

    who: str
    head: str
    first: int
    after: int


class _Predicate(NamedTuple):
    verb: str
    negated: bool
    is_planned: bool
    is_over: bool
    first: int
    after: int


class Clause(NamedTuple):
    """`who` (lower case), `head` (what of his: `sister`; or empty), the verb's lemma, what follows it in lower case.

    `is_planned`: will, going to; `is_over`: used to. `subject` and `predicate` are stretches of the sentence; `length`
    counts the clause's words that are no fillers.
    """

    who: str
    head: str
    verb: str
    rest: tuple[str, ...]
    negated: bool
    is_planned: bool
    is_over: bool
    subject: tuple[int, int]
    predicate: tuple[int, int]
    length: int


def clauses(sentence: str, speaker: str) -> Iterator[Clause]:
    """The clauses of `sentence` whose subject is known; a first person is `speaker`."""
    tokens = _tokens(sentence)
    place = 0
    shared: _Subject | None = None
    while place < len(tokens):
        subject = _subject(tokens, place, speaker)
        predicate = _predicate(tokens, subject.after, is_certain=subject.head != "") if subject else None
        if predicate is None and shared is not None and _goes_on(tokens, place):
            subject, predicate = shared, _predicate(tokens, place, is_certain=True)
        if subject is None or predicate is None:
            # Only `and` and `but` hand a subject on, and only to the next clause.
            shared = shared if tokens[place].word in {"and", "but", "then", "also", ","} else None
            place += 1
            continue
        end = _end_of_object(tokens, predicate.after, speaker)
        yield _clause(tokens, subject, predicate, end)
        shared = subject
        place = max(end, predicate.after)


def _clause(tokens: Sequence[_Token], subject: _Subject, predicate: _Predicate, end: int) -> Clause:
    own = (*tokens[subject.first : subject.after], *tokens[predicate.first : end])
    return Clause(
        subject.who,
        subject.head,
        predicate.verb,
        tuple(token.word for token in tokens[predicate.after : end]),
        predicate.negated,
        predicate.is_planned,
        predicate.is_over,
        (tokens[subject.first].start, tokens[subject.after - 1].end),
        (tokens[predicate.first].start, tokens[end - 1].end),
        sum(token.word not in FILLERS and token.word != "," for token in own),
    )


def _tokens(sentence: str) -> list[_Token]:
    """The words of `sentence` in lower case, contractions taken apart, and the marks that divide clauses."""
    found: list[_Token] = []
    for match in _TOKEN.finditer(sentence):
        word = match[0].lower().replace("’", "'")
        start, end = match.span()
        capital = match[0][0].isupper()
        if word in _RUN_TOGETHER:
            cut, first, second = _RUN_TOGETHER[word]
        else:
            ending = next((ending for ending in _ENDINGS if len(word) > len(ending) and word.endswith(ending)), None)
            if ending is None or end - start != len(word):
                found.append(_Token(word, start, end, capital))
                continue
            cut, first, second = len(word) - len(ending), word[: -len(ending)], _ENDINGS[ending]
            first = _WHOLE.get(first, first)
        found.append(_Token(first, start, start + cut, capital))
        found.append(_Token(second, start + cut, end, False))
    return found


def _subject(tokens: Sequence[_Token], place: int, speaker: str) -> _Subject | None:
    """The subject that begins at `place`, if one does."""
    token = tokens[place]
    if place and tokens[place - 1].word in _SUPPOSING:
        return None
    if token.word in _FIRST_PERSON:
        return _Subject(speaker, "", place, place + 1)
    if token.word in _OWNERS:
        return _possession(tokens, place, speaker)
    if not token.is_capital or token.word in _NO_NAMES or token.word.endswith(("ing", "ly")):
        return None
    if token.word.endswith("'s"):
        return _possession(tokens, place, token.word.removesuffix("'s"))
    after = place + 1
    while (
        after < len(tokens) and after - place < 3 and tokens[after].is_capital and tokens[after].word not in _NO_NAMES
    ):
        after += 1
    name = " ".join(token.word for token in tokens[place:after])
    return _Subject(name, "", place, after) if _has_finite_verb(tokens, after) else None


def _possession(tokens: Sequence[_Token], place: int, owner: str) -> _Subject | None:
    """`my sister`, `Ann's dog`: what is owned ends where a verb begins, at most five words on."""
    for after in range(place + 2, min(place + 7, len(tokens))):
        before, token = tokens[after - 1], tokens[after]
        if before.word in _INSIDE_NO_SUBJECT:
            return None
        lemma = VERBS.get(token.word)
        is_plural = before.word.endswith("s") and (after + 1 >= len(tokens) or tokens[after + 1].word not in VERBS)
        if lemma is not None and (token.word != lemma or is_plural) and not token.word.endswith("ing"):
            return _Subject(owner, " ".join(token.word for token in tokens[place + 1 : after]), place, after)
    return None


def _has_finite_verb(tokens: Sequence[_Token], place: int) -> bool:
    """Whether a verb in the third person or the past stands at `place`, adverbs apart."""
    while place < len(tokens) and _is_adverb(tokens[place].word):
        place += 1
    if place >= len(tokens):
        return False
    word = tokens[place].word
    lemma = VERBS.get(word)
    if lemma is not None:
        return word != lemma and not word.endswith("ing")
    return word in {"will", "does", "did", "can"} or (
        len(word) > 4 and word.endswith("ed") and not tokens[place].is_capital
    )


def _goes_on(tokens: Sequence[_Token], place: int) -> bool:
    """Whether the clause at `place` shares the subject of the one before: `I live in Oslo and work at home`."""
    word = tokens[place].word
    return place > 0 and tokens[place - 1].word in {"and", "but", "then"} and word in VERBS and not word.endswith("ing")


def _is_adverb(word: str) -> bool:
    return word in _ADVERBS or (len(word) > 4 and word.endswith("ly") and word not in VERBS)


def _next_word(tokens: Sequence[_Token], place: int) -> str:
    """The next word from `place` on that is neither an adverb nor a denial."""
    while place < len(tokens) and (tokens[place].word == "not" or _is_adverb(tokens[place].word)):
        place += 1
    return tokens[place].word if place < len(tokens) else ""


def _predicate(tokens: Sequence[_Token], place: int, *, is_certain: bool) -> _Predicate | None:
    """The verb that stands at `place` behind its helpers; None when it is only supposed, or when there is none."""
    first = place
    negated = is_planned = False
    while place < len(tokens):
        word, following = tokens[place].word, _next_word(tokens, place + 1)
        if word in _SUPPOSED:
            if word != "would" or following not in {"like", "love", "prefer", "rather"}:
                return None
            place = next(n for n in range(place + 1, len(tokens)) if tokens[n].word == following) + 1
            verb = "prefer" if following in {"prefer", "rather"} else "want"
            return _Predicate(verb, negated, is_planned, False, first, place)
        if word in {"not", "never"}:
            negated = True
        elif word == "no" and following == "longer":
            negated = True
            place += 1
        elif word in {"will", "shall"}:
            is_planned = True
        elif word in {"am", "is", "are"} and following == "going" and _is_going_to(tokens, place):
            is_planned = True
            to = next(n for n in range(place, len(tokens)) if tokens[n].word == "to")
            negated = negated or any(token.word in {"not", "never"} for token in tokens[place:to])
            place = to
        elif not (_is_adverb(word) or _is_helper(word, following)):
            break
        place += 1
    if place >= len(tokens):
        return None
    return _verb(tokens, place, first, negated, is_planned, is_certain)


def _is_going_to(tokens: Sequence[_Token], place: int) -> bool:
    words = [token.word for token in tokens[place : place + 6]]
    at = words.index("going") if "going" in words else len(words)
    return words[at + 1 : at + 2] == ["to"] and at + 2 < len(words) and VERBS.get(words[at + 2]) == words[at + 2]


def _is_helper(word: str, following: str) -> bool:
    """Whether `word` only helps the verb that follows: `do live`, `have lived`, `am living`."""
    lemma = VERBS.get(following)
    if lemma is None:
        return False
    if word in _HELPERS:
        return following == lemma
    if VERBS.get(word) == "have":
        return following != lemma and not following.endswith("ing")
    return VERBS.get(word) == "be" and following.endswith("ing") and following != lemma


def _verb(
    tokens: Sequence[_Token], place: int, first: int, negated: bool, is_planned: bool, is_certain: bool
) -> _Predicate | None:
    token = tokens[place]
    verb = VERBS.get(token.word)
    if verb is None:
        if token.word in _OPINIONS or token.word in _BREAKS or token.word == "," or token.is_capital or is_certain:
            return None
        verb = token.word.removesuffix("ed") if len(token.word) > 4 else token.word
    is_over = token.word == "used" and place + 2 < len(tokens) and tokens[place + 1].word == "to"
    if is_over:
        place += 2
        verb = VERBS.get(tokens[place].word, tokens[place].word)
    after = place + 1
    while after < len(tokens) and tokens[after].word in {"not", "never"}:
        negated = True
        after += 1
    return _Predicate(verb, negated, is_planned, is_over, first, after)


def _end_of_object(tokens: Sequence[_Token], place: int, speaker: str) -> int:
    """Where what is said of the subject ends: at a mark, a conjunction, or where another clause begins."""
    end = place
    while end < len(tokens) and end - place < LONGEST_OBJECT:
        word = tokens[end].word
        if word in _BREAKS or word in _ENDS:
            break
        if (word == "," or word in _JOINTS) and _begins_clause(tokens, end + 1, speaker):
            break
        if end == place and (word == "," or _is_another(tokens, end)):
            break
        end += 1
    while end > place and tokens[end - 1].word in {",", "and", "so"}:
        end -= 1
    return end


def _is_another(tokens: Sequence[_Token], place: int) -> bool:
    """Whether somebody else's doing begins at `place`: `I hope you come`, but not `I told you`."""
    word = tokens[place].word
    if word not in {"you", "it"}:
        return word in _OTHERS
    return place + 1 < len(tokens) and tokens[place + 1].word in VERBS


def _begins_clause(tokens: Sequence[_Token], place: int, speaker: str) -> bool:
    while place < len(tokens) and tokens[place].word in _JOINTS:
        place += 1
    if place >= len(tokens) or tokens[place].word in _ENDS:
        return True
    if tokens[place].word in _OTHERS - _FIRST_PERSON or _goes_on(tokens, place):
        return True
    subject = _subject(tokens, place, speaker)
    return subject is not None and _predicate(tokens, subject.after, is_certain=False) is not None
