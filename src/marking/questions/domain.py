"""The legal inputs of a question, as data: what may be asked is declared here, what is asked is
drawn from it.

A domain names *variables*: sizes (``H``, ``W``), parameters (``s``), and for every array the kind
of its numbers, their signs and its layout in memory.  Many calls are drawn at once, a NumPy column
for each variable, so that rules and relations are plain comparisons of columns.

*Rules* say which combinations are legal.  *Relations* are the properties by which answers tend to
go wrong (``k < s``, ``p = op > 0``, "x in Fortran order").  `marking.questions.covering` chooses
calls so that every pair of relations that can occur together does occur.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import permutations
from typing import Any

import numpy as np

from marking.questions.arrays import BARE, FRACTIONS, of_kind
from marking.questions.inputs import (
    RARELY,
    Argument,
    Choice,
    Column,
    Computed,
    Condition,
    Entries,
    Odd,
    PairOf,
    Shape,
    Variables,
    Whole,
)
from marking.questions.relations import (
    SIDES_THAT_SHOW,
    Axis,
    Relation,
    above,
    all_one,
    at_least,
    below,
    by_keyword,
    equals,
    has_choice,
    has_one_of,
    is_false,
    shape_relations,
    shows,
    together,
)

# For the table: what holds of every array, see `USUAL`.
OF_ARRAYS = "arrays: float64, float32 or int64, each side 1 or more"
MIXED = 1 / 10  # how often all arrays hold either int64 or fractions
MOST_WORK = 30_000  # products in nested loops, where more than one axis is large
_RNG = np.random.default_rng(0)  # where nothing of a draw is kept


@dataclass(frozen=True)
class Rule:
    """What makes a call legal, in words for the table and as a condition on columns."""

    words: str
    holds: Callable[[Variables], Condition]


@dataclass(frozen=True)
class Domain:
    """What a question may be asked.

    `arguments` go by parameter name, in the order of the signature; `defaults` holds those that may
    be left out.  `sizes` are variables that are no arguments: sizes of arrays, and choices of what
    the arrays hold.  `derived` computes sizes from others; `written` says how the text writes
    a size, where that is not its name.
    """

    arguments: Mapping[str, Argument]
    sizes: Mapping[str, Whole | Choice] = field(default_factory=dict)
    derived: Mapping[str, Callable[[Variables], Column]] = field(default_factory=dict)
    written: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, object] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    relations: tuple[Relation, ...] = ()
    axes: tuple[Axis, ...] = ()
    axis_relations: tuple[Relation, ...] = ()
    positional_only: tuple[str, ...] = ()

    # ------------------------------------------------------------------------------- drawing
    def draw(self, rng: np.random.Generator, count: int) -> Variables:
        """About `count` legal calls: illegal draws are left out, and more drawn instead."""
        found: list[Variables] = []
        total, tries = 0, 0
        while total < count and tries < 50:
            drawn = self._draw_any(rng, count)
            legal = drawn.where(self._is_legal(drawn) & self._is_affordable(drawn))
            found.append(legal)
            total, tries = total + len(legal), tries + 1
        return _joined(found).where(np.arange(min(total, count)))

    def _is_legal(self, v: Variables) -> Condition:
        legal = np.ones(len(v), bool)
        for rule in self.rules:
            legal &= rule.holds(v)
        return legal

    def _is_affordable(self, v: Variables) -> Condition:
        """Whether the work of a call stays within bounds, for nested loops too: at most one axis or
        parameter is beyond its usual range, or all sides together are few numbers, or it is both
        sides of a picture that no kernel slides over.
        """
        work = np.ones(len(v), int)
        for axis in self.axes:
            for role in axis.roles.keys() & {"n", "k", "s"}:
                work *= np.minimum(v[axis.roles[role]], MOST_WORK)
        small_work = bool(self._both_kernel_sides) & (work <= MOST_WORK)
        return (self._large(v) <= 1) | small_work | self._is_only_picture_large(v)

    def _is_only_picture_large(self, v: Variables) -> Condition:
        result = np.full(len(v), bool(self._both_picture_sides))
        for name, whole in self.wholes.items():
            result &= (v[name] > whole.high) == (name in self._both_picture_sides)
        return result

    @cached_property
    def _both_picture_sides(self) -> tuple[str, ...]:
        """The rows and columns of the first array, if large ones are drawn and there is no kernel
        beside it.
        """
        for argument in self._arrays.values():
            sides = argument.shape[-2:]
            if len(sides) == 2 and not self._both_kernel_sides:
                return sides if all(self._can_be_large(name) for name in sides) else ()
        return ()

    @cached_property
    def _both_kernel_sides(self) -> tuple[str, ...]:
        """The sizes of a kernel that has rows and columns, if large ones are drawn now and then."""
        sides = [axis.roles.get("k", "") for axis in self.axes]
        large = len(sides) == 2 and all(self._can_be_large(name) for name in sides)
        return tuple(sides) if large else ()

    def _can_be_large(self, name: str) -> bool:
        whole = self.sizes.get(name)
        return isinstance(whole, Whole) and max(whole.rarely, default=whole.low) > whole.high

    def _large(self, v: Variables) -> Column:
        """How many sizes and parameters are beyond their usual range, those of one axis counted
        once.
        """
        found: dict[str, Condition] = {}
        for name, whole in self.wholes.items():
            if whole.rarely:
                axis = next(
                    (str(i) for i, a in enumerate(self.axes) if name in a.roles.values()), name
                )
                found[axis] = found.get(axis, False) | (v[name] > whole.high)
        return np.sum(list(found.values()), axis=0) if found else np.zeros(len(v), int)

    def _draw_any(self, rng: np.random.Generator, count: int) -> Variables:
        columns: dict[str, Column] = {
            name: size.column(rng, count) for name, size in self.sizes.items()
        }
        by_position = rng.integers(0, len(self.arguments) + 1, count)
        by_position = np.where(rng.random(count) < 0.4, self.required, by_position)
        by_position = np.maximum(by_position, len(self.positional_only))
        columns["by position"] = by_position
        for place, (name, argument) in enumerate(self.arguments.items()):
            given = np.ones(count, bool)
            if name in self.defaults:
                given = (by_position > place) | (rng.random(count) < 0.5)
                columns[f"{name}.given"] = given
            columns |= self._columns_of(name, argument, given, rng, count)
        self._mix(columns, rng, count)
        self._lay_bare(columns, rng, count)
        self._enlarge(columns, rng, count)
        v = Variables(columns)
        for name, compute in self.derived.items():
            columns[name] = compute(v)
            v = Variables(columns)
        return v

    def _mix(self, columns: dict[str, Column], rng: np.random.Generator, count: int) -> None:
        """Make some calls hold int64 and fractions only, which chance seldom brings together."""
        mixed = rng.random(count) < MIXED
        for name, argument in self._arrays.items():
            fractions = [i for i, kind in enumerate(argument.kinds) if kind in FRACTIONS]
            if "int64" in argument.kinds and fractions:
                kinds = np.where(
                    rng.random(count) < 1 / 2,
                    argument.kinds.index("int64"),
                    rng.choice(fractions, count),
                )
                columns[f"{name}.kind"] = np.where(mixed, kinds, columns[f"{name}.kind"])

    def _lay_bare(self, columns: dict[str, Column], rng: np.random.Generator, count: int) -> None:
        """Make all arrays of a few calls hold what is `BARE`: one call shows it of each of them."""
        bare_calls = rng.random(count) < RARELY
        for name, argument in self._arrays.items():
            if bare := [place for place, sign in enumerate(argument.signs) if sign in BARE]:
                signs = rng.choice(bare, count)
                columns[f"{name}.sign"] = np.where(bare_calls, signs, columns[f"{name}.sign"])

    def _enlarge(self, columns: dict[str, Column], rng: np.random.Generator, count: int) -> None:
        """Make some kernels large together with their images: a kernel may have to fit."""
        for axis in self.axes:
            sizes = [axis.roles[role] for role in "nk" if axis.roles.get(role) in self.wholes]
            if len(sizes) == 2:
                both = rng.random(count) < RARELY
                for name in sizes:
                    drawn = rng.choice(self.wholes[name].rarely or (self.wholes[name].high,), count)
                    columns[name] = np.where(both, drawn, columns[name])
        # And some large on rows and columns at once, half of them in images as large.
        whole_kernel = rng.random(count) < RARELY
        images_too = whole_kernel & (rng.random(count) < 1 / 2)
        for name in self._both_kernel_sides:
            drawn = rng.choice(self.wholes[name].rarely, count)
            columns[name] = np.where(whole_kernel, drawn, columns[name])
        whole_picture = rng.random(count) < RARELY if self._both_picture_sides else False
        for name in self._both_picture_sides:
            least = min(n for n in self.wholes[name].rarely if n > self.wholes[name].high)
            columns[name] = np.where(whole_picture, least, columns[name])
        for axis in self.axes if self._both_kernel_sides else ():
            if self._can_be_large(name := axis.roles.get("n", "")):
                drawn = rng.choice(self.wholes[name].rarely, count)
                columns[name] = np.where(images_too, drawn, columns[name])

    @cached_property
    def _arrays(self) -> dict[str, Entries]:
        return {n: a for n, a in self.arguments.items() if isinstance(a, Entries)}

    def _columns_of(
        self, name: str, argument: Argument, given: Condition, rng: np.random.Generator, count: int
    ) -> dict[str, Column]:
        default: Any = self.defaults.get(name)
        match argument:
            case PairOf(of):
                both = default if isinstance(default, tuple) else (default, default)
                # Often the default although given, and often on one axis only.
                rows, columns = (
                    np.where(given, self._mixed(of, d, rng, count), 0 if d is None else d)
                    for d in both
                )
                return {f"{name}.0": rows, f"{name}.1": columns}
            case Whole():
                drawn = self._mixed(argument, default, rng, count)
                return {name: np.where(given, drawn, 0 if default is None else default)}
            case Choice(values):
                place = values.index(default) if name in self.defaults else 0
                return {name: np.where(given, argument.column(rng, count), place)}
            case Entries(kinds=kinds, signs=signs, layouts=layouts, optional=optional):
                usual = rng.random((3, count)) < [[0.4], [0.6], [0.6]]
                telling = [sign for sign in signs if sign not in BARE]
                parts = {
                    f"{name}.{part}": np.where(usual[i], 0, rng.integers(0, len(choices), count))
                    for i, (part, choices) in enumerate(
                        (("kind", kinds), ("sign", telling), ("layout", layouts))
                    )
                }
                if optional:
                    parts[f"{name}.none"] = ~given | (rng.random(count) < 0.15)
                return parts
        return {}  # a shape holds no variable of its own

    @staticmethod
    def _mixed(whole: Whole, default: Any, rng: np.random.Generator, count: int) -> Column:
        drawn = whole.column(rng, count)
        if default is None:
            return drawn
        return np.where(rng.random(count) < 0.3, default, drawn)

    @property
    def required(self) -> int:
        """How many arguments have no default."""
        return sum(name not in self.defaults for name in self.arguments)

    # ----------------------------------------------------------------------------- relations
    @cached_property
    def call_relations(self) -> tuple[Relation, ...]:
        """All relations of a whole call: those declared, and those of arrays and of calling."""
        return (
            *self.relations,
            *self._of_sizes(),
            *self._of_choices(),
            *self._of_arrays(),
            *self._of_mixtures(),
            *self._of_calling(),
        )

    @cached_property
    def alone(self) -> Condition:
        """Which of all relations (of the call, then of an axis) stand alone."""
        return np.array([r.alone for r in (*self.call_relations, *self.axis_relations)], bool)

    @cached_property
    def once(self) -> Condition:
        """Which of all relations are asked once."""
        return np.array([r.once for r in (*self.call_relations, *self.axis_relations)], bool)

    def _of_sizes(self) -> Iterator[Relation]:
        """Two for every size or parameter of which large values are drawn now and then: that it is
        one of them, and that it is the largest, because what goes wrong from some number on goes
        wrong there.  (The largest may leave too little room in the other sizes.)

        They are not paired with others: such calls are most of the work of an examination.
        """
        for name, whole in self.wholes.items():
            if (largest := max(whole.rarely, default=whole.low)) > whole.high:
                yield Relation(f"{name} > {whole.high}", above(name, whole.high), alone=True)
                yield Relation(f"{name} = {largest}", equals(name, largest), alone=True)
        if self._both_kernel_sides:
            conditions = [above(name, self.wholes[name].high) for name in self._both_kernel_sides]
            yield Relation("kernel large on both axes", together(*conditions), alone=True)
        if self._both_picture_sides:
            conditions = [above(name, self.wholes[name].high) for name in self._both_picture_sides]
            both = together(*conditions)
            yield Relation("picture large on both axes", both, alone=True, once=True)

    @cached_property
    def wholes(self) -> dict[str, Whole]:
        """The whole numbers among the variables, by name."""
        found: dict[str, Whole] = {}
        for name, of in {**self.arguments, **self.sizes}.items():
            if isinstance(of, PairOf):
                found |= {f"{name}.{axis}": of.of for axis in (0, 1)}
            elif isinstance(of, Whole):
                found[name] = of
        return found

    def _of_choices(self) -> Iterator[Relation]:
        for name, size in self.sizes.items():
            if isinstance(size, Choice):
                for place, value in enumerate(size.values):
                    yield Relation(f"{name}: {value}", equals(name, place))

    def _of_arrays(self) -> Iterator[Relation]:
        for name, argument in self._arrays.items():
            for part, choices in (
                ("kind", argument.kinds),
                ("sign", argument.signs),
                ("layout", argument.layouts),
            ):
                for place, choice in enumerate(choices):
                    holds = has_choice(f"{name}.{part}", place, argument, name)
                    if choice in SIDES_THAT_SHOW:
                        # A sign is one of planes; how numbers lie in memory, of the whole array.
                        shape = argument.shape[-2:] if part == "sign" else argument.shape
                        holds = together(holds, shows(shape, SIDES_THAT_SHOW[choice]))
                    bare = choice in BARE
                    yield Relation(f"{name} {choice}", holds, alone=bare, once=bare)
            if len(argument.shape) >= 2:
                yield from shape_relations(name, *argument.shape[-2:])
        sides = {side for argument in self._arrays.values() for side in argument.shape[-2:]}
        if len(self._arrays) > 1:
            yield Relation("every array 1 × 1", all_one(sorted(sides)), alone=True)

    def _of_mixtures(self) -> Iterator[Relation]:
        """One array of whole numbers as int64 with another of fractions, for every two arrays: what
        takes over the dtype of the first loses the second's fractions.

        And one as int64 with another as float32, which have float64 in common.

        Of three arrays or more also all but one as int64: what takes over the dtype that the others
        have in common loses the fractions of the one.
        """
        for (whole, one), (name, other) in permutations(self._arrays.items(), 2):
            if "int64" in one.kinds and (holds := self._fractions(name, other)):
                yield Relation(
                    f"{whole} int64, {name} fractions",
                    together(self._int64(whole, one), holds),
                    alone=True,
                )
            if "int64" in one.kinds and "float32" in other.kinds:
                narrow = has_choice(f"{name}.kind", other.kinds.index("float32"), other, name)
                yield Relation(
                    f"{whole} int64, {name} float32",
                    together(self._int64(whole, one), narrow),
                    alone=True,
                )
        for name, other in self._arrays.items():
            others = {n: a for n, a in self._arrays.items() if n != name}
            holds = self._fractions(name, other)
            if len(others) < 2 or not holds or any("int64" not in a.kinds for a in others.values()):
                continue
            for whole, one in others.items():
                holds = together(holds, self._int64(whole, one))
            yield Relation(f"{name} fractions, all others int64", holds, alone=True)

    @property
    def has_arrays(self) -> bool:
        """Whether any argument is an array."""
        return bool(self._arrays)

    @staticmethod
    def _int64(name: str, entries: Entries) -> Callable[[Variables], Condition]:
        return has_choice(f"{name}.kind", entries.kinds.index("int64"), entries, name)

    @staticmethod
    def _fractions(name: str, entries: Entries) -> Callable[[Variables], Condition] | None:
        """Whether the array holds fractions; None if it never does."""
        places = [i for i, kind in enumerate(entries.kinds) if kind in FRACTIONS]
        return has_one_of(f"{name}.kind", places, entries, name) if places else None

    def _of_calling(self) -> Iterator[Relation]:
        for place, name in enumerate(self.arguments):
            if name in self.positional_only:
                continue
            yield Relation(f"{name} by position", at_least("by position", place + 1))
            if name in self.defaults:
                yield Relation(f"{name} left out", is_false(f"{name}.given"))
                yield Relation(f"{name} by keyword", by_keyword(name, place))
            else:
                yield Relation(f"{name} by keyword", below("by position", place + 1))

    def facts(self, v: Variables) -> tuple[Condition, tuple[Condition, ...]]:
        """Which relations hold: (relations of the call × calls), and the same for each axis.

        Of a call that holds what is `BARE` nothing else counts: a mistake elsewhere may not show.
        """
        whole = np.array([relation.holds(v) for relation in self.call_relations], bool)
        axes = []
        for axis in self.axes:
            parts = axis.variables(v)
            axes.append(np.array([r.holds(parts) for r in self.axis_relations], bool))
        whole = whole.reshape(-1, len(v))
        bare = self._is_bare(v)
        others = np.array([r.name not in self._bare_names for r in self.call_relations], bool)
        whole[np.ix_(others, bare)] = False
        for axis_facts in axes:
            axis_facts[:, bare] = False
        return whole, tuple(axes)

    @cached_property
    def _bare_names(self) -> frozenset[str]:
        return frozenset(f"{name} {sign}" for name in self._arrays for sign in BARE)

    def _is_bare(self, v: Variables) -> Condition:
        result = np.zeros(len(v), bool)
        for name, argument in self._arrays.items():
            bare = [place for place, sign in enumerate(argument.signs) if sign in BARE]
            result |= np.isin(v[f"{name}.sign"], bare)
        return result

    # --------------------------------------------------------------------------------- calls
    def call(self, row: Mapping[str, Any]) -> tuple[tuple[object, ...], dict[str, object]]:
        """One call: positional and keyword arguments, an `Array` where an array goes."""
        args: list[object] = []
        kwargs: dict[str, object] = {}
        for place, (name, argument) in enumerate(self.arguments.items()):
            if not row.get(f"{name}.given", True):
                continue
            value = _value(name, argument, row)
            if place < row["by position"]:
                args.append(value)
            else:
                kwargs[name] = value
        return tuple(args), kwargs

    def simpler(self, row: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Legal calls that differ from `row` in one variable, which is smaller, the usual one or a
        default there, or in one pair of them, which has its defaults.
        """
        changed: list[dict[str, Any]] = []
        for name, default in self.defaults.items():
            if isinstance(default, tuple):
                parts = {f"{name}.{i}": value for i, value in enumerate(default)}
                changed += [{**row, **parts}] if parts.keys() <= row.keys() else []
        for name in row:
            if name not in self.derived:
                changed += [{**row, name: value} for value in self._simpler_values(name, row)]
        return self.legal(changed)

    def legal(self, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Those of `rows` that are legal calls, the derived variables computed anew."""
        if not rows:
            return []
        columns = {name: np.array([one[name] for one in rows]) for name in rows[0]}
        for name, compute in self.derived.items():
            columns[name] = compute(Variables(columns))
        v = Variables(columns)
        return [v.row(int(i)) for i in np.flatnonzero(self._is_legal(v))]

    def _simpler_values(self, name: str, row: Mapping[str, Any]) -> list[Any]:
        value = row[name]
        base, _, part = name.rpartition(".")
        if name == "by position":
            return [self.required] if value != self.required else []
        if part == "given":
            if list(self.arguments).index(base) < row["by position"]:
                return []  # it holds the place of those after it
            default = self._columns_of(base, self.arguments[base], np.zeros(1, bool), _RNG, 1)
            same = all(row[key] == column[0] for key, column in default.items() if key in row)
            return [False] if value and same else []
        if part == "none":
            return [True] if not value else []
        if part in ("kind", "sign", "layout"):
            return [0] if value else []
        usual, whole = self._usual(name), self.wholes.get(name)
        nearer = {usual, value - 2, value - 1, (value + usual) // 2}
        return sorted(
            v for v in nearer if usual <= v < value and (whole is None or whole.allows(v))
        )

    def _usual(self, name: str) -> int:
        """The simplest value of a size or parameter: its default, else the smallest."""
        base, _, place = name.rpartition(".")
        default = self.defaults.get(name, self.defaults.get(base))
        if isinstance(default, tuple) and place in ("0", "1"):
            return int(default[int(place)])
        if isinstance(default, int) and name in self.defaults:
            return default
        whole = self.wholes.get(name)
        return whole.low if whole is not None else 0

    def table(self) -> str:
        """The allowed inputs, as a Markdown table for the notebook: arguments that are alike share
        a line, and rules follow.
        """
        names: dict[str, list[str]] = {}
        for name, argument in self.arguments.items():
            default = f"; `{self.defaults[name]!r}` if left out" if name in self.defaults else ""
            names.setdefault(argument.text(self.written) + default, []).append(f"`{name}`")
        lines = ["| argument | allowed |", "| :-- | :-- |"]
        lines += [f"| {', '.join(alike)} | {text} |" for text, alike in names.items()]
        rules = [rule.words for rule in self.rules if rule.words]
        odd = [name for name, size in self.sizes.items() if isinstance(size, Odd)]
        if odd:
            rules.append(f"{' and '.join(odd)} are odd")
        if any(isinstance(argument, Entries) for argument in self.arguments.values()):
            rules.append(OF_ARRAYS)
        return "\n".join([*lines, *(f"| | {words} |" for words in rules)])


def _value(name: str, argument: Argument, row: Mapping[str, Any]) -> object:
    match argument:
        case PairOf():
            return row[f"{name}.0"], row[f"{name}.1"]
        case Whole():
            return row[name]
        case Choice(values):
            return values[row[name]]
        case Shape(names):
            return tuple(row[size] for size in names)
        case Computed(compute):
            return compute(row)
        case Entries():
            if row.get(f"{name}.none", False):
                return None
            return of_kind(
                argument.kinds[row[f"{name}.kind"]],
                tuple(row[size] for size in argument.shape),
                argument.signs[row[f"{name}.sign"]],
                argument.layouts[row[f"{name}.layout"]],
                argument.limit,
                None if argument.fill is None else argument.fill(row),
            )


def _joined(parts: Sequence[Variables]) -> Variables:
    names = parts[0]._columns
    return Variables({name: np.concatenate([part[name] for part in parts]) for name in names})
