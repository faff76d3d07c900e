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
from numpy.typing import NDArray

from marking.questions.arrays import FRACTIONS, LAYOUTS, PLAIN, SIGNS, USUAL, Fill, of_kind

Column = NDArray[Any]
Condition = NDArray[np.bool_]

# For the table: what holds of every array, see `USUAL`.
OF_ARRAYS = "arrays: float64, float32 or int64, each side 1 or more"
RARELY = 1 / 40  # how often a size is one of the rare ones
MIXED = 1 / 10  # how often all arrays hold either int64 or fractions
MOST_WORK = 30_000  # products in nested loops, where more than one axis is large


class Variables:
    """The columns of a pool of calls, by name: ``v.H``, ``v["x.kind"]``."""

    def __init__(self, columns: Mapping[str, Column]):
        self._columns = dict(columns)

    def __getattr__(self, name: str) -> Column:
        try:
            return self._columns[name]
        except KeyError:
            raise AttributeError(f"the domain has no variable {name!r}") from None

    def __getitem__(self, name: str) -> Column:
        return self._columns[name]

    def __contains__(self, name: str) -> bool:
        return name in self._columns

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(next(iter(self._columns.values())))

    def where(self, rows: Column) -> Variables:
        """The calls that `rows` (a condition or indices) picks."""
        return Variables({name: column[rows] for name, column in self._columns.items()})

    def row(self, index: int) -> dict[str, Any]:
        """The variables of one call."""
        return {name: column[index].item() for name, column in self._columns.items()}


@dataclass(frozen=True)
class Whole:
    """A whole number from `low` to `high`, both included; one of `often` more often than not, and
    now and then one of `rarely`, which may lie beyond.
    """

    low: int
    high: int
    often: tuple[int, ...] = ()
    rarely: tuple[int, ...] = ()

    def column(self, rng: np.random.Generator, count: int) -> Column:
        """`count` draws."""
        drawn = rng.integers(self.low, self.high + 1, count)
        if self.often:
            drawn = np.where(rng.random(count) < 2 / 3, rng.choice(self.often, count), drawn)
        if self.rarely:
            drawn = np.where(rng.random(count) < RARELY, rng.choice(self.rarely, count), drawn)
        return drawn

    def allows(self, number: int) -> bool:
        """Whether the number is one of those that are drawn."""
        return self.low <= number <= self.high or number in self.rarely

    def text(self, written: Mapping[str, str]) -> str:
        """For the table of allowed inputs."""
        return f"whole number, {self.low} or more"


@dataclass(frozen=True)
class Odd(Whole):
    """An odd number."""

    def column(self, rng: np.random.Generator, count: int) -> Column:
        """`count` draws."""
        drawn = super().column(rng, count)
        return np.where(drawn % 2 == 0, drawn - 1, drawn)

    def allows(self, number: int) -> bool:
        """Whether the number is one of those that are drawn."""
        return number % 2 == 1 and super().allows(number)

    def text(self, written: Mapping[str, str]) -> str:
        """For the table of allowed inputs."""
        return "odd number"


@dataclass(frozen=True)
class Choice:
    """One of several values that are not plain whole numbers; the variable holds its place."""

    values: tuple[object, ...]
    words: str = ""

    def column(self, rng: np.random.Generator, count: int) -> Column:
        """`count` places in `values`."""
        return rng.integers(0, len(self.values), count)

    def text(self, written: Mapping[str, str]) -> str:
        """For the table of allowed inputs."""
        return self.words or "one of " + ", ".join(map(repr, self.values))


@dataclass(frozen=True)
class PairOf:
    """A parameter that holds one whole number for rows and one for columns.

    Its variables are ``name.0`` and ``name.1``.
    """

    of: Whole

    def text(self, written: Mapping[str, str]) -> str:
        """For the table of allowed inputs."""
        return f"pair (for rows, for columns) of whole numbers, each {self.of.low} or more"


@dataclass(frozen=True)
class Shape:
    """A shape given as an argument: a tuple of the named size variables."""

    names: tuple[str, ...]

    def text(self, written: Mapping[str, str]) -> str:
        """For the table of allowed inputs."""
        return f"pair ({', '.join(written.get(name, name) for name in self.names)})"


@dataclass(frozen=True)
class Entries:
    """An array argument: its shape, in names of size variables, and which numbers it may hold.

    `fill`, given the call's variables, says how to fill arrays of a special make (see `Array`); the
    kind then only says the dtype and the scale.  Where it gives None, the array is filled as usual.
    An `optional` array may be ``None`` or left out.
    """

    shape: tuple[str, ...]
    kinds: tuple[str, ...] = USUAL
    signs: tuple[str, ...] = SIGNS
    layouts: tuple[str, ...] = LAYOUTS
    limit: int = 10**6
    fill: Callable[[Mapping[str, Any]], Fill | None] | None = None
    optional: bool = False

    def text(self, written: Mapping[str, str]) -> str:
        """For the table of allowed inputs."""
        sides = ", ".join(written.get(side, side) for side in self.shape)
        sides += "," if len(self.shape) == 1 else ""
        return f"array of shape ({sides})" + (", or `None`" if self.optional else "")


@dataclass(frozen=True)
class Computed:
    """An argument that follows from the call's variables, and has none of its own."""

    value: Callable[[Mapping[str, Any]], object]
    words: str

    def text(self, written: Mapping[str, str]) -> str:
        """For the table of allowed inputs."""
        return self.words


_RNG = np.random.default_rng(0)  # where nothing of a draw is kept

Argument = Whole | Choice | PairOf | Shape | Entries | Computed


@dataclass(frozen=True)
class Rule:
    """What makes a call legal, in words for the table and as a condition on columns."""

    words: str
    holds: Callable[[Variables], Condition]


@dataclass(frozen=True)
class Relation:
    """A property of a call by which answers tend to go wrong.

    One that stands `alone` is not paired with others: it is a pair of properties itself.
    """

    name: str
    holds: Callable[[Variables], Condition]
    alone: bool = False


@dataclass(frozen=True)
class Axis:
    """Which variable plays which part on one axis: n (input), k (kernel), s, p, op, d.

    Relations of an axis are paired with each other only where they hold on the same axis.
    """

    roles: Mapping[str, str]

    def variables(self, v: Variables) -> Variables:
        """The columns by their parts."""
        return Variables({role: v[name] for role, name in self.roles.items()})


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
        parameter is beyond its usual range, or all sides together are few numbers.
        """
        work = np.ones(len(v), int)
        for axis in self.axes:
            for role in axis.roles.keys() & {"n", "k", "s"}:
                work *= np.minimum(v[axis.roles[role]], MOST_WORK)
        return (self._large(v) <= 1) | (bool(self._both_kernel_sides) & (work <= MOST_WORK))

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
                parts = {
                    f"{name}.{part}": np.where(usual[i], 0, rng.integers(0, len(choices), count))
                    for i, (part, choices) in enumerate(
                        (("kind", kinds), ("sign", signs), ("layout", layouts))
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

    def _of_sizes(self) -> Iterator[Relation]:
        """Two for every size or parameter of which large values are drawn now and then: that it is
        one of them, and that it is the largest, because what goes wrong from some number on goes
        wrong there.  (The largest may leave too little room in the other sizes.)

        They are not paired with others: such calls are most of the work of an examination.
        """
        for name, whole in self.wholes.items():
            if (largest := max(whole.rarely, default=whole.low)) > whole.high:
                yield Relation(f"{name} > {whole.high}", _above(name, whole.high), alone=True)
                yield Relation(f"{name} = {largest}", equals(name, largest), alone=True)
        if self._both_kernel_sides:
            conditions = [_above(name, self.wholes[name].high) for name in self._both_kernel_sides]
            yield Relation("kernel large on both axes", _both(*conditions), alone=True)

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
                    holds = _is(f"{name}.{part}", place, argument, name)
                    if choice in _SIDES_THAT_SHOW:
                        holds = _both(holds, _shows(argument.shape, _SIDES_THAT_SHOW[choice]))
                    yield Relation(f"{name} {choice}", holds)
            if len(argument.shape) >= 2:
                yield from _shape_relations(name, *argument.shape[-2:])
        sides = {side for argument in self._arrays.values() for side in argument.shape[-2:]}
        if len(self._arrays) > 1:
            yield Relation("every array 1 × 1", _all_one(sorted(sides)), alone=True)

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
                    _both(self._int64(whole, one), holds),
                    alone=True,
                )
            if "int64" in one.kinds and "float32" in other.kinds:
                narrow = _is(f"{name}.kind", other.kinds.index("float32"), other, name)
                yield Relation(
                    f"{whole} int64, {name} float32",
                    _both(self._int64(whole, one), narrow),
                    alone=True,
                )
        for name, other in self._arrays.items():
            others = {n: a for n, a in self._arrays.items() if n != name}
            holds = self._fractions(name, other)
            if len(others) < 2 or not holds or any("int64" not in a.kinds for a in others.values()):
                continue
            for whole, one in others.items():
                holds = _both(holds, self._int64(whole, one))
            yield Relation(f"{name} fractions, all others int64", holds, alone=True)

    @property
    def has_arrays(self) -> bool:
        """Whether any argument is an array."""
        return bool(self._arrays)

    @staticmethod
    def _int64(name: str, entries: Entries) -> Callable[[Variables], Condition]:
        return _is(f"{name}.kind", entries.kinds.index("int64"), entries, name)

    @staticmethod
    def _fractions(name: str, entries: Entries) -> Callable[[Variables], Condition] | None:
        """Whether the array holds fractions; None if it never does."""
        places = [i for i, kind in enumerate(entries.kinds) if kind in FRACTIONS]
        return _among(f"{name}.kind", places, entries, name) if places else None

    def _of_calling(self) -> Iterator[Relation]:
        for place, name in enumerate(self.arguments):
            if name in self.positional_only:
                continue
            yield Relation(f"{name} by position", _at_least("by position", place + 1))
            if name in self.defaults:
                yield Relation(f"{name} left out", _not(f"{name}.given"))
                yield Relation(f"{name} by keyword", _keyword(name, place))
            else:
                yield Relation(f"{name} by keyword", _below("by position", place + 1))

    def facts(self, v: Variables) -> tuple[Condition, tuple[Condition, ...]]:
        """Which relations hold: (relations of the call × calls), and the same for each axis."""
        whole = np.array([relation.holds(v) for relation in self.call_relations], bool)
        axes = []
        for axis in self.axes:
            parts = axis.variables(v)
            axes.append(np.array([r.holds(parts) for r in self.axis_relations], bool))
        return whole.reshape(-1, len(v)), tuple(axes)

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
        default there.
        """
        changed: list[dict[str, Any]] = []
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


# ------------------------------------------------------------------------- relations, ready made
def _is(
    variable: str, place: int, argument: Entries, name: str
) -> Callable[[Variables], Condition]:
    if argument.optional:
        return lambda v: (v[variable] == place) & ~v[f"{name}.none"]
    return lambda v: v[variable] == place


def _among(
    variable: str, places: Sequence[int], argument: Entries, name: str
) -> Callable[[Variables], Condition]:
    if argument.optional:
        return lambda v: np.isin(v[variable], places) & ~v[f"{name}.none"]
    return lambda v: np.isin(v[variable], places)


def _both(
    one: Callable[[Variables], Condition], other: Callable[[Variables], Condition]
) -> Callable[[Variables], Condition]:
    return lambda v: one(v) & other(v)


def equals(name: str, place: int) -> Callable[[Variables], Condition]:
    """The condition that a variable has this value."""
    return lambda v: v[name] == place


def _at_least(name: str, bound: int) -> Callable[[Variables], Condition]:
    return lambda v: v[name] >= bound


def _above(name: str, bound: int) -> Callable[[Variables], Condition]:
    return lambda v: v[name] > bound


def _below(name: str, bound: int) -> Callable[[Variables], Condition]:
    return lambda v: v[name] < bound


# How many sides of more than one number an array needs for a layout or a sign to show.
_SIDES_THAT_SHOW = {"Fortran": 2, "strided": 1, "zero border": 2}


def _shows(shape: Sequence[str], sides: int) -> Callable[[Variables], Condition]:
    def holds(v: Variables) -> Condition:
        longer = np.sum([v[size] > 1 for size in shape], axis=0)
        return np.asarray(longer >= min(sides, len(shape)))

    return holds


def _all_one(sizes: Sequence[str]) -> Callable[[Variables], Condition]:
    return lambda v: np.all([v[size] == 1 for size in sizes], axis=0)


def _not(name: str) -> Callable[[Variables], Condition]:
    return lambda v: ~v[name]


def _keyword(name: str, place: int) -> Callable[[Variables], Condition]:
    return lambda v: v[f"{name}.given"] & (v["by position"] <= place)


def _shape_relations(name: str, rows: str, columns: str) -> Iterator[Relation]:
    def relation(words: str, holds: Callable[[Column, Column], Condition]) -> Relation:
        return Relation(f"{name} {words}", lambda v: holds(v[rows], v[columns]))

    yield relation("1 × 1", lambda h, w: (h == 1) & (w == 1))
    yield relation("one row", lambda h, w: (h == 1) & (w > 1))
    yield relation("one column", lambda h, w: (h > 1) & (w == 1))
    yield relation("square", lambda h, w: (h == w) & (h > 1))
    yield relation("tall", lambda h, w: (h > w) & (w > 1))
    yield relation("wide", lambda h, w: (w > h) & (h > 1))
    yield relation("side of 6 or more", lambda h, w: np.maximum(h, w) >= 6)


def everywhere(v: Variables) -> Condition:
    """Every call."""
    return np.ones(len(v), bool)


def plain(v: Variables) -> Condition:
    """Whether every array holds plain whole numbers in the usual layout, as float64."""
    result = np.ones(len(v), bool)
    for name in v:
        if name.endswith(".kind"):
            result &= v[name] < len(PLAIN)
        elif name.endswith(".layout"):
            result &= v[name] == 0
    return result


def axis_relations(*roles: str) -> tuple[Relation, ...]:
    """The relations on one axis that can be stated with `roles` (of n, k, s, p, op, d)."""
    have = set(roles)
    return tuple(
        Relation(name, holds) for needs, name, holds in _AXIS if set(needs.split()) <= have
    )


def _extent(v: Variables) -> Column:
    """d(k − 1) + 1."""
    return (v.d if "d" in v else 1) * (v.k - 1) + 1


_AXIS: tuple[tuple[str, str, Callable[[Variables], Condition]], ...] = (
    ("n", "n = 1", lambda v: v.n == 1),
    ("n", "n = 2", lambda v: v.n == 2),
    ("n", "n ≥ 3", lambda v: v.n >= 3),
    ("k", "k = 1", lambda v: v.k == 1),
    ("k", "k even", lambda v: v.k % 2 == 0),
    ("k", "k odd > 1", lambda v: (v.k % 2 == 1) & (v.k > 1)),
    ("s", "s = 1", lambda v: v.s == 1),
    ("s", "s = 2", lambda v: v.s == 2),
    ("s", "s = 3", lambda v: v.s == 3),
    ("s", "s ≥ 4", lambda v: v.s >= 4),
    ("k s", "k < s", lambda v: v.k < v.s),
    ("k s", "k = s", lambda v: v.k == v.s),
    ("k s", "s < k < 2s", lambda v: (v.s < v.k) & (v.k < 2 * v.s)),
    ("k s", "k = 2s", lambda v: v.k == 2 * v.s),
    ("k s", "k > 2s", lambda v: v.k > 2 * v.s),
    ("k s", "s divides k > s > 1", lambda v: (v.k > v.s) & (v.s > 1) & (v.k % v.s == 0)),
    ("k s", "s does not divide k > s > 1", lambda v: (v.k > v.s) & (v.k % v.s != 0)),
    ("k s", "k mod s ≥ 2, k > s", lambda v: (v.k > v.s) & (v.k % v.s >= 2)),
    ("n s", "s > n", lambda v: v.s > v.n),
    ("n k", "k > n", lambda v: v.k > v.n),
    ("n k", "k = n", lambda v: v.k == v.n),
    ("n k", "k < n", lambda v: v.k < v.n),
    ("p", "p = 0", lambda v: v.p == 0),
    ("p", "p = 1", lambda v: v.p == 1),
    ("p", "p ≥ 2", lambda v: v.p >= 2),
    ("p k", "p = k − 1 > 0", lambda v: (v.p == v.k - 1) & (v.p > 0)),
    ("p k", "p > k − 1", lambda v: v.p > v.k - 1),
    ("p k", "p < k − 1", lambda v: v.p < v.k - 1),
    ("p s", "p ≥ s", lambda v: v.p >= v.s),
    ("op", "op = 0", lambda v: v.op == 0),
    ("op", "op > 0", lambda v: v.op > 0),
    ("op p", "p = op > 0", lambda v: (v.p == v.op) & (v.p > 0)),
    ("op p", "0 < p < op", lambda v: (v.p > 0) & (v.p < v.op)),
    ("op p", "p > op > 0", lambda v: (v.p > v.op) & (v.op > 0)),
    ("op p", "p = 0 < op", lambda v: (v.p == 0) & (v.op > 0)),
    ("op p", "op > 2p > 0", lambda v: (v.op > 2 * v.p) & (v.p > 0)),
    ("op s", "op ≥ s", lambda v: v.op >= v.s),
    ("op s", "op = s − 1 > 0", lambda v: (v.op == v.s - 1) & (v.op > 0)),
    ("d", "d = 1", lambda v: v.d == 1),
    ("d", "d > 1", lambda v: v.d > 1),
    ("d s", "d = s > 1", lambda v: (v.d == v.s) & (v.s > 1)),
    ("d s", "d > s > 1", lambda v: (v.d > v.s) & (v.s > 1)),
    ("d s", "1 < d < s", lambda v: (v.d > 1) & (v.d < v.s)),
    ("d s", "d and s share a factor, d ≠ s", lambda v: (v.d != v.s) & (np.gcd(v.d, v.s) > 1)),
    ("d s", "d > 1, s = 1", lambda v: (v.d > 1) & (v.s == 1)),
    ("d s k", "dilated kernel shorter than s", lambda v: (v.d > 1) & (_extent(v) < v.s)),
    ("d p k", "p > d(k − 1)", lambda v: (v.d > 1) & (v.p > v.d * (v.k - 1))),
    (
        "d p k",
        "k − 1 < p < d(k − 1)",
        lambda v: (v.p > v.k - 1) & (v.p < v.d * (v.k - 1)),
    ),
)
