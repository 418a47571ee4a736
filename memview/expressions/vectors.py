"""An expression over columns: the same truth as `Expression.holds`, for many rows at once.

Numbers are float64, texts are codes into a table. What floats would round (beyond 2**53) is left to the expression
itself, row by row, so that both ways always agree.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from memview.expressions.conditions import Signal, Signals
from memview.expressions.parser import COMPARATORS, Expression, syntax_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Codes = NDArray[np.int64]
    Flags = NDArray[np.bool_]

NO_TEXT = -1
_EXACT = 2.0**53
_FEW = 3
"""Less than one row in so many is worth a pass of its own."""


class Untranslatable(Exception):  # noqa: N818 - it is no error: another way is taken
    """Operands that may be text in one row and a number in the next: read row by row."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """A number per row (True is 1); `missing` marks rows that have none."""

    values: Floats
    missing: Flags


@dataclass(frozen=True, slots=True)
class Texts:
    """A text per row, as its place in `table`; `NO_TEXT` where there is none. A table only ever grows."""

    codes: Codes
    table: Sequence[str]


Column = Numbers | Texts


class Rows(Protocol):
    """Rows to be asked, as columns by name and one by one."""

    def __len__(self) -> int: ...
    def column(self, name: str) -> Column: ...
    def row(self, index: int) -> Signals: ...
    def chosen(self, places: Codes) -> Rows: ...


@dataclass(frozen=True, slots=True)
class _Operand:
    """One side's values. `refused` are rows where Python would raise, `inexact` those that floats cannot be sure of."""

    column: Column
    refused: Flags
    inexact: Flags


class VectorTest:
    """`expression` over columns. Keeps what it has found out about texts, so use one for all parts of a log."""

    def __init__(self, expression: Expression) -> None:
        self._expression = expression
        self._tree = syntax_of(expression)
        self._verdicts: dict[tuple[int, int], list[bool]] = {}

    def hits(self, rows: Rows) -> Flags:
        """In which of the `rows` the expression holds."""
        import numpy as np

        try:
            with np.errstate(all="ignore"):
                run = _Run(rows, self._verdicts)
                held = run.test(self._tree)
            doubtful = np.flatnonzero(run.inexact)
        except Untranslatable:
            held, doubtful = np.zeros(len(rows), bool), np.arange(len(rows))
        for index in doubtful.tolist():
            held[index] = self._expression.holds(rows.row(index))
        return held


class _Run:
    """One pass over one set of rows."""

    def __init__(self, rows: Rows, verdicts: dict[tuple[int, int], list[bool]]) -> None:
        import numpy as np

        self._np = np
        self._rows = rows
        self._verdicts = verdicts
        self._none = np.zeros(len(rows), bool)
        self.inexact = np.zeros(len(rows), bool)

    def test(self, node: ast.expr) -> Flags:
        """The rows in which `node` is true, as an array of its own."""
        match node:
            case ast.BoolOp(op=op, values=operands):
                held = self.test(operands[0])
                for operand in operands[1:]:
                    self._go_on(held, operand, isinstance(op, ast.And))
                return held
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return ~self.test(operand)
            case ast.Compare():
                return self._comparison(node)
            case ast.Constant(value=value):
                return self._np.full(len(self._rows), bool(value))
            case _:
                return self._truth(self._settled(node))

    def _go_on(self, held: Flags, operand: ast.expr, is_and: bool) -> None:
        """Ask the next operand of and/or, where the ones before have not decided."""
        open_places = self._np.flatnonzero(held == is_and)
        if len(open_places) * _FEW > len(held):
            answer = self.test(operand)
            held[:] = held & answer if is_and else held | answer
            return
        part = _Run(self._rows.chosen(open_places), self._verdicts)
        held[open_places] = part.test(operand)
        self.inexact[open_places] |= part.inexact

    def _truth(self, operand: _Operand) -> Flags:
        column = operand.column
        held = _is_true(column) if isinstance(column, Numbers) else self._by_text(column, 0, bool)
        return held & ~operand.refused

    def _comparison(self, node: ast.Compare) -> Flags:
        if isinstance(node.ops[0], ast.In | ast.NotIn):
            return self._membership(node, isinstance(node.ops[0], ast.In))
        held = ~self._none
        left_node = node.left
        for op, right_node in zip(node.ops, node.comparators, strict=True):
            left, right = self._settled(left_node), self._settled(right_node)
            held &= (
                self._compare(id(right_node), COMPARATORS[type(op)].apply, left, right) & ~left.refused & ~right.refused
            )
            left_node = right_node
        return held

    def _compare(self, key: int, apply: Callable[..., bool], left: _Operand, right: _Operand) -> Flags:
        """One link of a chain. None equals None and is ordered against nothing; neither is text against a number."""
        a, b = left.column, right.column
        empty = _missing(a), _missing(b)
        held: Flags
        if isinstance(a, Numbers) and isinstance(b, Numbers):
            held = self._np.asarray(apply(a.values, b.values))
        elif isinstance(a, Texts) and isinstance(b, Texts):
            held = self._compare_texts(key, apply, a, b)
        else:
            held = self._np.full(len(self._rows), apply is _NOT_EQUAL)
        neither, either = empty[0] & empty[1], empty[0] | empty[1]
        if apply is _EQUAL:
            return self._np.where(either, neither, held)
        if apply is _NOT_EQUAL:
            return self._np.where(either, ~neither, held)
        return held & ~either

    def _compare_texts(self, key: int, apply: Callable[..., bool], a: Texts, b: Texts) -> Flags:
        if isinstance(b.table, _Literal):
            literal = b.table[0]
            return self._by_text(a, key, lambda text: apply(text, literal))
        if isinstance(a.table, _Literal):
            literal = a.table[0]
            return self._by_text(b, key, lambda text: apply(literal, text))
        # Texts of two tables compare as their places in one sorted list of both.
        used = [sorted({column.table[code] for code in self._np.unique(column.codes).tolist() if code >= 0})
                for column in (a, b)]  # fmt: skip
        places = {text: place for place, text in enumerate(sorted({*used[0], *used[1]}))}
        ranks = [self._ranks(column, places) for column in (a, b)]
        return self._np.asarray(apply(ranks[0], ranks[1]))

    def _ranks(self, column: Texts, places: Mapping[str, int]) -> Codes:
        codes, inverse = self._np.unique(column.codes, return_inverse=True)
        ranks = [places[column.table[code]] if code >= 0 else NO_TEXT for code in codes.tolist()]
        return self._np.array(ranks, self._np.int64)[inverse]

    def _membership(self, node: ast.Compare, wanted: bool) -> Flags:
        choices = node.comparators[0]
        if isinstance(choices, ast.Name):
            return self._containment(node.left, choices, wanted)
        literals = ast.literal_eval(choices)
        operand = self._settled(node.left)
        column = operand.column
        if isinstance(column, Texts):
            found = self._by_text(column, id(node), lambda text: text in literals)
        else:
            found = self._np.isin(column.values, [float(each) for each in literals if isinstance(each, int | float)])
        held: Flags = self._np.where(_missing(column), None in literals, found)
        return (held if wanted else ~held) & ~operand.refused

    def _containment(self, part: ast.expr, whole: ast.Name, wanted: bool) -> Flags:
        column = self._rows.column(whole.id)
        if not isinstance(column, Texts) or not isinstance(part, ast.Constant):
            return self._none.copy()
        wording = str(part.value)
        held = self._by_text(column, id(part), lambda text: (wording in text) is wanted)
        return held & ~_missing(column)

    def _by_text(self, column: Texts, key: int, ask: Callable[[str], bool]) -> Flags:
        """`ask` of every row's text, which is done once for each text of the table; False where there is none."""
        if isinstance(column.table, _Literal):
            return self._np.full(len(self._rows), ask(column.table[0]))
        known = self._verdicts.setdefault((key, id(column.table)), [])
        known.extend(ask(text) for text in column.table[len(known) :])
        verdicts: Flags = self._np.array([*known, False])
        return verdicts[column.codes]

    def _settled(self, node: ast.expr) -> _Operand:
        operand = self._operand(node)
        self.inexact |= operand.inexact
        return operand

    def _operand(self, node: ast.expr) -> _Operand:
        match node:
            case ast.Constant(value=str() | int() | float() | None as value):
                return self._plain(self._constant(value))
            case ast.Name(id=name):
                return self._plain(self._rows.column(name))
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                operand = self._operand(inner)
                values, refused = self._numbers(operand)
                return _Operand(Numbers(-values, self._none), refused, operand.inexact)
            case ast.BinOp():
                return self._arithmetic(node)
            case ast.BoolOp():
                return self._last_looked_at(node)
            case _:
                return self._plain(Numbers(self.test(node).astype(self._np.float64), self._none))

    def _last_looked_at(self, node: ast.BoolOp) -> _Operand:
        """The value of `a or b` and `a and b`: in every row the operand that settled it."""
        where, wants_more = self._np.where, isinstance(node.op, ast.And)
        found, *rest = (self._operand(operand) for operand in node.values)
        for operand in rest:
            before, after = found.column, operand.column
            if not (isinstance(before, Numbers) and isinstance(after, Numbers)):
                raise Untranslatable
            goes_on = _is_true(before) == wants_more
            column = Numbers(where(goes_on, after.values, before.values), where(goes_on, after.missing, before.missing))
            refused = found.refused | (goes_on & operand.refused)
            found = _Operand(column, refused, found.inexact | (goes_on & operand.inexact))
        return found

    def _constant(self, value: Signal) -> Column:
        rows = len(self._rows)
        if isinstance(value, str):
            return Texts(self._np.zeros(rows, self._np.int64), _Literal((value,)))
        if value is None:
            return Numbers(self._np.zeros(rows), ~self._none)
        return Numbers(self._np.full(rows, float(value)), self._none)

    def _plain(self, column: Column) -> _Operand:
        if isinstance(column, Texts):
            return _Operand(column, self._none, self._none)
        return _Operand(column, self._none, abs(column.values) >= _EXACT)

    def _numbers(self, operand: _Operand) -> tuple[Floats, Flags]:
        """Values to calculate with, and the rows in which Python would refuse to."""
        column = operand.column
        if isinstance(column, Texts):
            return self._np.zeros(len(self._rows)), ~self._none
        return column.values, operand.refused | column.missing

    def _arithmetic(self, node: ast.BinOp) -> _Operand:
        np = self._np
        left, right = self._operand(node.left), self._operand(node.right)
        (a, no_a), (b, no_b) = self._numbers(left), self._numbers(right)
        refused = no_a | no_b
        match node.op:
            case ast.Add():
                values = a + b
            case ast.Sub():
                values = a - b
            case ast.Mult():
                values = a * b
            case ast.Div():
                refused |= b == 0
                values = a / b
            case _:
                refused |= b == 0
                values = np.mod(a, b)
        with_care = left.inexact | right.inexact | ~(abs(values) < _EXACT)
        return _Operand(Numbers(values, self._none), refused, with_care & ~refused)


class _Literal(tuple[str, ...]):
    """The table of a text that is the same in every row."""

    __slots__ = ()


_EQUAL, _NOT_EQUAL = COMPARATORS[ast.Eq].apply, COMPARATORS[ast.NotEq].apply


def _is_true(column: Numbers) -> Flags:
    held: Flags = (column.values != 0) & ~column.missing
    return held


def _missing(column: Column) -> Flags:
    return column.missing if isinstance(column, Numbers) else column.codes < 0
