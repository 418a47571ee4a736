"""Expressions: agree with Python on what they allow, refuse the rest with a column, decide with a witness."""

from __future__ import annotations

import pickle
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memview.expressions import Witness, parse_expression
from memview.model.errors import ExpressionError

VOCABULARY = ("action", "importance", "pinned", "tokens", "covered_by")
SIGNALS = {"action": "evict", "importance": 0.9, "pinned": True, "tokens": 17, "covered_by": None}

numbers = st.one_of(st.integers(-1000, 1000), st.floats(-1e6, 1e6, allow_nan=False)).map(abs).map(repr)
arithmetic = st.recursive(
    st.one_of(numbers, st.sampled_from(["importance", "tokens", "pinned", "True"])),
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/%"), inner),
        st.builds("(-{})".format, inner),
    ),
    max_leaves=5,
)
texts = st.sampled_from(["action", '"evict"', "'drop'", '"é"', "covered_by", "None"])
orders = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
comparisons = st.one_of(
    st.builds("{} {} {}".format, arithmetic, orders, arithmetic),
    st.builds("{} {} {} {} {}".format, arithmetic, orders, arithmetic, orders, arithmetic),
    st.builds("{} {} {}".format, texts, st.sampled_from(["==", "!="]), texts),
    st.builds(
        "action {} ('evict', {})".format,
        st.sampled_from(["in", "not in"]),
        st.sampled_from(["'x'", "-1", "None"]),
    ),
)
conditions = st.recursive(
    st.one_of(comparisons, st.sampled_from(["pinned", "covered_by", "True", "False"])),
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("(not {})".format, inner),
        st.builds("(({} and {}) == {})".format, inner, inner, st.sampled_from(["pinned", "True", "importance"])),
        st.builds("(({} or {}) == {})".format, inner, inner, st.sampled_from(["pinned", "None", "action"])),
    ),
    max_leaves=6,
)
signals = st.fixed_dictionaries(
    {
        "action": st.sampled_from(["evict", "promote", ""]),
        "importance": st.floats(0, 1),
        "pinned": st.booleans(),
        "tokens": st.integers(0, 10**6),
        "covered_by": st.one_of(st.none(), st.just("evict")),
    }
)


@given(source=conditions, values=signals)
def test_agrees_with_python(source: str, values: dict[str, float | str | bool | None]) -> None:
    try:
        expression = parse_expression(source, VOCABULARY)
    except ExpressionError as error:
        assert error.message.startswith("more than") or "longer than" in error.message  # noqa: PT017
        return
    holds, _ = expression.decide(values)
    assert expression.holds(values) is holds
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = bool(eval(source, {"__builtins__": {}}, dict(values)))  # the oracle
    except (TypeError, ZeroDivisionError, OverflowError):
        return
    assert holds is expected


SCRAPS = r"""
importance action and or not in is if else lambda 'x' 1 1e999 0x f'{a}'
( ) [ ] { } , . : == < - ** := # \ é " ' @
"""
soup = st.lists(st.sampled_from([*SCRAPS.split(), "\n", "\t"])).map(" ".join)


@given(st.one_of(st.text(st.characters()), soup, soup.map(lambda text: text.replace(" ", ""))))
def test_garbage_is_an_expression_error_or_runs(source: str) -> None:
    try:
        expression = parse_expression(source, VOCABULARY)
    except ExpressionError as error:
        assert 0 <= error.position <= len(error.source)  # noqa: PT017
        assert str(error).isprintable()  # noqa: PT017
        return
    for values in (SIGNALS, {}, dict.fromkeys(VOCABULARY, "text")):
        assert expression.decide(values)[0] is expression.holds(values)


@pytest.mark.parametrize(
    ("source", "position", "message"),
    [
        ("", 0, "empty"),
        (" \n", 0, "empty"),
        ("impotance > 0.7", 0, "unknown name 'impotance', did you mean importance?"),
        ("  'é' == zzz", 9, "unknown name 'zzz', known: action, covered_by"),
        ("action == evict", 10, '(a text stands in quotes: "evict")'),
        ("importance >", 12, "something is missing at the end"),
        ("action == 'evict", 10, "the text is not closed"),
        ("pinned action", 7, "this cannot follow what stands before it"),
        ("action == “evict”", 10, "write it with plain characters"),
        ("importance = 1", 11, "use `==`"),
        ("pinned && pinned", 8, "use `and`"),
        ("pinned || pinned", 8, "use `or`"),
        ("!pinned", 0, "use `not`"),
        ("pinned or action.upper", 10, "attributes are not allowed"),
        ("pinned or action()", 10, "calls are not allowed"),
        ("action[0] == 'e'", 0, "subscripts are not allowed"),
        ("lambda: 1", 0, "lambda is not allowed"),
        ("[x for x in action]", 0, "not allowed"),
        ("f'{pinned}'", 0, "f-strings are not allowed"),
        ("(pinned := 1)", 1, "assignment is not allowed"),
        ("1 if pinned else 0", 0, "if/else is not allowed"),
        ("tokens ** 9 > 1", 0, "operators other than + - * / %"),
        ("tokens // 9 > 1", 0, "operators other than + - * / %"),
        ("tokens & 1", 0, "operators other than + - * / %"),
        ("~tokens > 1", 0, "not allowed"),
        ("'evi' in 'evict'", 9, "`in` needs a list of literals"),
        ("tokens in action", 10, "`in` needs a list of literals"),
        ("action in (tokens, 1)", 11, "only numbers, text"),
        ("covered_by is None", 14, "only == != < <= > >="),
        ("action in ('a',) == True", 10, "only == != < <= > >="),
        ("tokens > 1e999", 9, "numbers beyond 1e+15"),
        ("tokens > 10000000000000000", 9, "numbers beyond 1e+15"),
        ("tokens in (-1e999,)", 12, "numbers beyond 1e+15"),
        ("tokens == 1j", 10, "only numbers, text"),
        ("action == b'x'", 10, "only numbers, text"),
        ("(tokens, 1)", 0, "a list is only for `in`"),
        ("(" * 200, 20, "more than 20 levels of brackets"),
        ("-" * 30 + "tokens", 20, "more than 20 levels of nesting"),
        ("not " * 100 + "pinned", 80, "more than 20 levels of nesting"),
        (f"tokens in ({'1,' * 200})", 205, "more than 100 operands"),
        ("x" * 501, 500, "longer than 500 characters"),
        ("\ud800", 0, "cannot be read"),
    ],
)
def test_refusals_name_the_column(source: str, position: int, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_expression(source, VOCABULARY)
    assert message in caught.value.message
    assert caught.value.position == position


@pytest.mark.parametrize(
    "source",
    [
        "action > 0.7",
        "covered_by < 1",
        "tokens / 0 > 1",
        "tokens % 0 == 0",
        "action * 1000000000 == action",
        "'%1000000000d' % tokens == 'x'",
        "action + action == 'evictevict'",
        "-action == 1",
        "-covered_by",
        "1 < covered_by < 3",
        "0 < tokens < action",
    ],
)
def test_what_python_would_refuse_or_blow_up_is_false(source: str) -> None:
    expression = parse_expression(source, VOCABULARY)
    assert expression.holds(SIGNALS) is False
    assert expression.decide(SIGNALS)[0] is False


@pytest.mark.parametrize(
    ("source", "holds", "witness"),
    [
        ("importance > 0.7", True, Witness("importance", 0.9, 0.7, ">", True)),
        ("0.7 < importance", True, Witness("importance", 0.9, 0.7, ">", True)),
        ("1 >= importance", True, Witness("importance", 0.9, 1, "<=", True)),
        ("importance*2 <= tokens", True, Witness("importance*2", 1.8, 17, "<=", True)),
        ("(tokens + 1) > 20", False, Witness("tokens + 1", 18, 20, ">", False)),
        ("'é' != action and tokens > 20", False, Witness("tokens", 17, 20, ">", False)),
        ("tokens > 1 and pinned == True", True, Witness("tokens", 17, 1, ">", True)),
        ("tokens > 20 or importance > 0.7", True, Witness("importance", 0.9, 0.7, ">", True)),
        ("tokens > 20 or importance > 0.95", False, Witness("tokens", 17, 20, ">", False)),
        ("not tokens > 20", True, Witness("tokens", 17, 20, ">", False)),
        ("0.2 < importance < 0.8", False, Witness("importance", 0.9, 0.8, "<", False)),
        ("0.2 < importance < 0.95", True, Witness("importance", 0.9, 0.2, ">", True)),
        ("action == 'evict'", True, Witness("action", None, None, "==", True)),
        ("action in ('drop', 'trim')", False, Witness("action", None, None, "in", False)),
        ("tokens not in [1, 2]", True, Witness("tokens", 17, None, "not in", True)),
        ("pinned", True, Witness("pinned", 1.0, None, "", True)),
        ("covered_by", False, Witness("covered_by", None, None, "", False)),
        ("covered_by == None", True, Witness("covered_by", None, None, "==", True)),
        ("True", True, None),
    ],
)
def test_the_comparison_that_decided(source: str, holds: bool, witness: Witness | None) -> None:
    assert parse_expression(source, VOCABULARY).decide(SIGNALS) == (holds, witness)


def test_names_are_those_used() -> None:
    assert parse_expression("tokens > 1 or pinned", VOCABULARY).names == {"tokens", "pinned"}


def test_a_name_without_a_signal_is_none() -> None:
    expression = parse_expression("importance > 0.7 or covered_by == None", VOCABULARY)
    assert expression.decide({}) == (True, Witness("covered_by", None, None, "==", True))


def test_line_breaks_and_brackets_in_text_are_harmless() -> None:
    expression = parse_expression("\n  importance\n  > 0.7\r\n", VOCABULARY)
    assert expression.holds(SIGNALS)
    assert parse_expression(f"action != '{'(' * 100}'", VOCABULARY).holds(SIGNALS)


def test_odd_literals_warn_nobody() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not parse_expression(r"action == '\d'", VOCABULARY).holds(SIGNALS)


def test_travels_to_worker_processes() -> None:
    expression = parse_expression("importance > 0.7", VOCABULARY)
    copy = pickle.loads(pickle.dumps(expression))
    assert copy == expression
    assert copy.decide(SIGNALS) == expression.decide(SIGNALS)


def test_nested_chains_read_each_operand_once() -> None:
    source = "tokens"
    for _ in range(9):
        source = f"0 <= ({source}) < 99"
    reads = 0

    class Counting(dict[str, float]):
        def get(self, key: str, default: object = None) -> float:  # type: ignore[override]
            nonlocal reads
            reads += 1
            return 17

    assert parse_expression(source, VOCABULARY).holds(Counting())
    assert reads == 1
