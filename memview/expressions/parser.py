"""Reading an expression: parsed by `ast`, checked node by node, compiled once. Python evaluates nothing."""

from __future__ import annotations

import ast
import operator
import re
import warnings
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import NamedTuple

from memview.expressions.conditions import (
    REFUSALS,
    Condition,
    Decide,
    Link,
    Signal,
    Signals,
    Test,
    Value,
    Witness,
    all_of,
    any_of,
    arithmetic,
    chain,
    last_looked_at,
    negative_of,
    one_link,
    opposite_of,
    truth_of,
)
from memview.model.errors import ExpressionError

MAX_CHARACTERS = 500
MAX_NODES = 100
MAX_DEPTH = 20
_MAX_NUMBER = 1e15

_ARITHMETIC: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
}


def _lacks(whole: str, part: str) -> bool:
    return part not in whole


class _Comparator(NamedTuple):
    symbol: str
    mirrored: str
    apply: Callable[..., bool]


COMPARATORS: Mapping[type[ast.cmpop], _Comparator] = {
    ast.Eq: _Comparator("==", "==", operator.eq),
    ast.NotEq: _Comparator("!=", "!=", operator.ne),
    ast.Lt: _Comparator("<", ">", operator.lt),
    ast.LtE: _Comparator("<=", ">=", operator.le),
    ast.Gt: _Comparator(">", "<", operator.gt),
    ast.GtE: _Comparator(">=", "<=", operator.ge),
}
_REFUSED: Mapping[type[ast.expr], str] = {
    ast.Attribute: "attributes are",
    ast.BinOp: "operators other than + - * / % are",
    ast.Call: "calls are",
    ast.IfExp: "if/else is",
    ast.JoinedStr: "f-strings are",
    ast.Lambda: "lambda is",
    ast.List: "a list is only for `in`; here it is",
    ast.NamedExpr: "assignment is",
    ast.Subscript: "subscripts are",
    ast.Tuple: "a list is only for `in`; here it is",
}
_HINTS: Mapping[str, str] = {"&": "use `and`", "|": "use `or`", "!": "use `not`", "=": "use `==` to compare"}
_SAID_BETTER: Mapping[str, str] = {
    "invalid syntax": "this cannot follow what stands before it",
    "unterminated string literal": "the text is not closed: its other quotation mark is missing",
    "invalid character": "write it with plain characters, texts in \"…\" or '…'",
}
"""In the place of what Python says, by how that begins."""
_ONE_LINE = dict.fromkeys(map(ord, "\n\r\t\f\v"), " ")
_QUOTED = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*\"""")


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression, ready to run. Equal when the source and the names it uses are."""

    source: str
    names: frozenset[str]
    _test: Test = field(repr=False, compare=False)
    _decide: Decide = field(repr=False, compare=False)

    def holds(self, signals: Signals) -> bool:
        """Whether the expression is true of `signals`; a name without a signal counts as None."""
        return self._test(signals)

    def decide(self, signals: Signals) -> tuple[bool, Witness | None]:
        """Like `holds`, with the comparison that decided (None when the expression compares nothing).

        `or` gives the first true operand's witness, `and` the first false operand's, either the first
        operand's when there is none such; `not` gives its operand's.
        """
        return self._decide(signals)

    def __reduce__(self) -> tuple[Callable[[str, Collection[str]], Expression], tuple[str, frozenset[str]]]:
        # Closures cannot be pickled; worker processes of a sweep parse again.
        return parse_expression, (self.source, self.names)


def parse_expression(source: str, vocabulary: Collection[str]) -> Expression:
    """The compiled expression. `vocabulary` holds the names it may use.

    Raises ExpressionError, with the 0-based column, for anything outside the grammar, an unknown name (with
    the nearest known one), or more than 500 characters, 100 nodes or 20 levels of nesting.
    """
    compiler = _checked(source, vocabulary)
    condition = compiler.compile()
    return Expression(source, frozenset(compiler.names), condition.test, condition.decide)


@dataclass(frozen=True, slots=True)
class Formula:
    """A checked expression that is asked for its value, not for its truth."""

    source: str
    names: frozenset[str]
    _value: Value = field(repr=False, compare=False)

    def value(self, signals: Signals) -> Signal:
        """What the expression comes to; None where Python would refuse (text + 1, division by zero)."""
        try:
            return self._value(signals)
        except REFUSALS:
            return None


def parse_formula(source: str, vocabulary: Collection[str]) -> Formula:
    """As `parse_expression`, for an expression whose value is wanted: `core_tokens / budget`."""
    compiler = _checked(source, vocabulary)
    value = compiler.compile_value()
    return Formula(source, frozenset(compiler.names), value)


def syntax_of(expression: Expression) -> ast.expr:
    """The syntax tree of a checked expression: what it is made of is what the grammar allows, and nothing else."""
    return _parsed(_one_line(expression.source)[0])


def _checked(source: str, vocabulary: Collection[str]) -> _Compiler:
    if len(source) > MAX_CHARACTERS:
        message = f"the expression is longer than {MAX_CHARACTERS} characters"
        raise ExpressionError(message, source[:MAX_CHARACTERS], MAX_CHARACTERS)
    if not source.strip():
        raise ExpressionError("the expression is empty", source, 0)
    _check_brackets(source)
    return _Compiler(source, vocabulary)


def _one_line(source: str) -> tuple[str, int]:
    """`source` as one line without an indent, which `ast` refuses, and how deep that was: columns are then offsets."""
    flat = source.translate(_ONE_LINE)
    line = flat.lstrip(" ")
    return line, len(flat) - len(line)


def _parsed(line: str) -> ast.expr:
    with warnings.catch_warnings():
        # Python warns on stderr about odd literals such as "\\d"; the screen is not the place.
        warnings.simplefilter("ignore")
        return ast.parse(line, mode="eval").body


def _check_brackets(source: str) -> None:
    """Deep brackets are refused before `ast` sees them: its parser recurses."""
    depth = 0
    for position, char in enumerate(_QUOTED.sub(lambda quoted: " " * len(quoted[0]), source)):
        if char in "([{":
            depth += 1
            if depth > MAX_DEPTH:
                raise ExpressionError(f"more than {MAX_DEPTH} levels of brackets", source, position)
        elif char in ")]}":
            depth -= 1


class _Compiler:
    __slots__ = ("_indent", "_line", "_source", "_vocabulary", "names")

    def __init__(self, source: str, vocabulary: Collection[str]) -> None:
        self._source = source
        self._vocabulary = vocabulary
        self._line, self._indent = _one_line(source)
        self.names: set[str] = set()

    def compile(self) -> Condition:
        return self._condition(self._body())

    def compile_value(self) -> Value:
        return self._value(self._body())

    def _body(self) -> ast.expr:
        try:
            body = _parsed(self._line)
        except SyntaxError as error:
            raise self._syntax_error(error) from None
        except (ValueError, RecursionError, MemoryError, OverflowError):
            raise ExpressionError("this cannot be read as an expression", self._source, 0) from None
        self._check_size(body)
        return body

    def _syntax_error(self, error: SyntaxError) -> ExpressionError:
        if error.offset is None or error.offset < 1:
            return ExpressionError("something is missing at the end", self._source, len(self._source.rstrip()))
        position = min(self._indent + error.offset - 1, len(self._source))
        hint = _HINTS.get(self._source[position : position + 1])
        better = (said for python, said in _SAID_BETTER.items() if error.msg.startswith(python))
        return ExpressionError(hint or next(better, error.msg), self._source, position)

    def _check_size(self, body: ast.expr) -> None:
        count = 0
        waiting: list[tuple[ast.AST, int]] = [(body, 1)]
        while waiting:
            node, depth = waiting.pop()
            if isinstance(node, ast.expr):
                count += 1
                if depth > MAX_DEPTH:
                    raise self._error(node, f"more than {MAX_DEPTH} levels of nesting")
                if count > MAX_NODES:
                    raise self._error(node, f"more than {MAX_NODES} operands and operators")
                depth += 1
            waiting.extend((child, depth) for child in reversed([*ast.iter_child_nodes(node)]))

    def _condition(self, node: ast.expr) -> Condition:
        match node:
            case ast.BoolOp(op=ast.And(), values=operands):
                return all_of([self._condition(operand) for operand in operands])
            case ast.BoolOp(values=operands):
                return any_of([self._condition(operand) for operand in operands])
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return opposite_of(self._condition(operand))
            case ast.Compare():
                return self._comparison(node)
            case ast.Constant():
                truth = bool(self._literal(node))
                return Condition(lambda _: truth, lambda _: (truth, None))
            case _:
                return truth_of(self._value(node), self._text(node))

    def _value(self, node: ast.expr) -> Value:
        match node:
            case ast.Constant():
                literal = self._literal(node)
                return lambda _: literal
            case ast.Name():
                name = self._known(node)
                return lambda signals: signals.get(name)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return negative_of(self._value(operand))
            case ast.BinOp(op=op) if type(op) in _ARITHMETIC:
                return arithmetic(_ARITHMETIC[type(op)], self._value(node.left), self._value(node.right))
            case ast.BoolOp(op=op, values=operands):
                return last_looked_at([self._value(each) for each in operands], isinstance(op, ast.Or))
            case ast.Compare() | ast.UnaryOp(op=ast.Not()):
                return self._condition(node).test
            case _:
                raise self._error(node, f"{_REFUSED.get(type(node), 'this is')} not allowed")

    def _comparison(self, node: ast.Compare) -> Condition:
        if isinstance(node.ops[0], ast.In | ast.NotIn) and len(node.ops) == 1:
            return self._membership(node, isinstance(node.ops[0], ast.In))
        sides = [node.left, *node.comparators]
        links = []
        for left, op, right in zip(sides, node.ops, sides[1:], strict=False):
            comparator = COMPARATORS.get(type(op))
            if comparator is None:
                raise self._error(right, "only == != < <= > >= can stand before this")
            mirrored = isinstance(left, ast.Constant)
            links.append(
                Link(
                    comparator.apply,
                    self._value(right),
                    self._text(right if mirrored else left),
                    comparator.mirrored if mirrored else comparator.symbol,
                    mirrored,
                )
            )
        first = self._value(node.left)
        return one_link(first, links[0]) if len(links) == 1 else chain(first, links)

    def _membership(self, node: ast.Compare, wanted: bool) -> Condition:
        choices = node.comparators[0]
        if isinstance(choices, ast.Name) and isinstance(node.left, ast.Constant) and isinstance(node.left.value, str):
            return self._containment(node.left, choices, wanted)
        if not isinstance(choices, ast.Tuple | ast.List):
            raise self._error(choices, '`in` needs a list of literals, as in `("evict", "drop")`')
        literals = tuple(self._literal(choice) for choice in choices.elts)
        apply = (lambda value, _: value in literals) if wanted else (lambda value, _: value not in literals)
        link = Link(apply, lambda _: None, self._text(node.left), "in" if wanted else "not in", False)
        return one_link(self._value(node.left), link)

    def _containment(self, part: ast.Constant, whole: ast.Name, wanted: bool) -> Condition:
        """`"Lisbon" in text`: as in Python, of text only, capitals count."""
        link = Link(
            operator.contains if wanted else _lacks,
            self._value(part),
            self._text(whole),
            "contains" if wanted else "lacks",
            False,
        )
        return one_link(self._value(whole), link)

    def _literal(self, node: ast.expr) -> Signal:
        match node:
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
                return -number if abs(number) <= _MAX_NUMBER else self._literal(node.operand)
            case ast.Constant(value=bool() | str() | None as literal):
                return literal
            case ast.Constant(value=int() | float() as number):
                if abs(number) <= _MAX_NUMBER:
                    return number
                raise self._error(node, f"numbers beyond {_MAX_NUMBER:g} are not allowed")
            case _:
                raise self._error(node, "only numbers, text, True, False and None can stand here")

    def _known(self, node: ast.Name) -> str:
        if node.id not in self._vocabulary:
            nearest = get_close_matches(node.id, sorted(self._vocabulary), n=1, cutoff=0.5)
            hint = f"did you mean {nearest[0]}?" if nearest else f"known: {', '.join(sorted(self._vocabulary))}"
            before = self._line.encode()[: node.col_offset].decode().rstrip()
            quoted = f' (a text stands in quotes: "{node.id}")' if before.endswith(("==", "!=")) else ""
            raise self._error(node, f"unknown name {node.id!r}, {hint}{quoted}")
        self.names.add(node.id)
        return node.id

    def _text(self, node: ast.expr) -> str:
        return self._line.encode()[node.col_offset : node.end_col_offset].decode()

    def _error(self, node: ast.expr, message: str) -> ExpressionError:
        # `ast` counts bytes of UTF-8; people and carets count characters.
        column = len(self._line.encode()[: node.col_offset].decode())
        return ExpressionError(message, self._source, self._indent + column)
