"""Do the tests notice: mutants of the rooms that keep promises, and how many survive

The rooms that keep what was acknowledged, keep strangers out, forget people, tell answers apart
and refuse damaged files. In each, lines are changed one at a time as a slip would change them: a
comparison turned, a condition negated, `and` for `or`, a number off by one, a call left out, a
return of nothing. A mutant is killed when a test of that room fails, or takes four times as long as
without it, and a minute at least. Each room's mutants are drawn by a seed, as many as "mutants"
says of "possible" ones; the interval is Wilson's, of 95 %. Survivors are listed. Linux only: each
is a fork of a process that has loaded the libraries already. `--rooms journal,gate` tries some
rooms and leaves the lines of the others as they are.
"""

import ast
import copy
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType

from benchmarks.form import Asked, Result, Row, commit, earlier_rows, own_option, run

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src"
MUTANTS, QUICK_MUTANTS = 40, 3
"""Of a room, at most."""

BAR = 0.9
LEAST_SECONDS, TIMES = 60, 4
"""After which a mutant counts as killed: it hangs."""

LIBRARIES = ("numpy", "polars", "scipy.sparse", "django", "pydantic", "httpx", "pytest")
SERVICE = "tests/omakase_service"
ROOMS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "journal": (
        ("omakase_service/platform/journal.py",),
        (
            f"{SERVICE}/platform/test_journal.py",
            f"{SERVICE}/platform/test_journal_damage.py",
            f"{SERVICE}/platform/test_journal_disk.py",
            f"{SERVICE}/events/test_ingest.py",
        ),
    ),
    "ingest": (
        ("omakase_service/events/ingest.py", "omakase_service/events/group_commit.py"),
        (f"{SERVICE}/events/test_ingest.py", f"{SERVICE}/events/test_group_commit.py"),
    ),
    "gate": (
        ("omakase/rankers/gate.py",),
        ("tests/omakase/rankers/test_gate.py", "tests/omakase/test_gate_everywhere.py"),
    ),
    "access": (
        ("omakase_service/platform/access.py", "omakase_service/platform/tokens.py"),
        (
            f"{SERVICE}/platform/test_callers.py",
            f"{SERVICE}/platform/test_access.py",
            f"{SERVICE}/platform/test_guessing.py",
            f"{SERVICE}/platform/test_project_members.py",
            f"{SERVICE}/platform/test_tokens.py",
            f"{SERVICE}/platform/test_public_key.py",
            f"{SERVICE}/platform/test_limits.py",
            f"{SERVICE}/privacy/test_revocation.py",
        ),
    ),
    "erasure": (
        ("omakase_service/privacy/services.py", "omakase_service/privacy/tidying.py"),
        (f"{SERVICE}/privacy",),
    ),
    "cache keys": (
        ("omakase_service/serving/cache.py",),
        (
            f"{SERVICE}/serving/test_cache.py",
            f"{SERVICE}/serving/test_cache_shared.py",
            f"{SERVICE}/platform/test_nonblocking.py",
        ),
    ),
    "artifacts": (
        ("omakase/artifacts/manifest.py", "omakase/artifacts/saved.py"),
        ("tests/omakase/artifacts",),
    ),
}
CHOSEN: set[str] = set()
"""Rooms; none: all."""

OTHERS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.BitOr: ast.BitAnd,
}
IDLE_CALLS = ("log", "warnings", "metrics", "tracing")
"""What is only told to an operator: a test of each would hold words, no promise."""


@dataclass(frozen=True)
class Mutant:
    """One change.

    Attributes:
        file: below `src`.
        line: of it.
        words: what was changed.
        tree: of the whole file, changed.
    """

    file: str
    line: int
    words: str
    tree: ast.Module


def mutants_of(file: str) -> list[Mutant]:
    """Every change of a file."""
    tree = ast.parse((SOURCE / file).read_text("utf-8"))
    found = []
    for number, node in enumerate(ast.walk(tree)):
        for name, change in changes(node):
            other = copy.deepcopy(tree)
            change(list(ast.walk(other))[number])
            line = getattr(node, "lineno", 0)
            found.append(Mutant(file, line, name, ast.fix_missing_locations(other)))
    return found


def changes(node: ast.AST) -> Iterator[tuple[str, Callable[[ast.AST], None]]]:
    """What may be changed of one node: in words, and how."""
    if isinstance(node, ast.Compare | ast.BoolOp | ast.BinOp):
        yield from _other_operator(node)
    if isinstance(node, ast.If | ast.While | ast.IfExp) and not _is_for_types(node.test):
        yield f"negated: {_text(node.test)}", _negate
    if isinstance(node, ast.Constant) and type(node.value) is int:
        yield f"{node.value} + 1", _one_more
    if isinstance(node, ast.Constant) and type(node.value) is bool:
        yield f"not {node.value}", _other_truth
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield f"without not: {_text(node)}", _without_not
    if isinstance(node, ast.Return) and node.value is not None and not _is_nothing(node.value):
        yield f"returns nothing: {_text(node)}", _return_nothing
    body = getattr(node, "body", None)
    for place, part in enumerate(body if isinstance(body, list) else ()):
        if isinstance(part, ast.Expr) and isinstance(part.value, ast.Call) and not _is_idle(part):
            yield f"left out: {_text(part)}", lambda other, at=place: _leave_out(other, at)


def _other_operator(node: ast.AST) -> Iterator[tuple[str, Callable[[ast.AST], None]]]:
    operator = node.ops[0] if isinstance(node, ast.Compare) else getattr(node, "op", None)
    other = OTHERS.get(type(operator))
    if other is None:
        return

    def change(changed: ast.AST) -> None:
        if isinstance(changed, ast.Compare):
            changed.ops[0] = other()  # type: ignore[assignment]
        else:
            changed.op = other()  # type: ignore[attr-defined]

    yield f"{type(operator).__name__} as {other.__name__}: {_text(node)}", change


def _negate(node: ast.AST) -> None:
    node.test = ast.UnaryOp(ast.Not(), node.test)  # type: ignore[attr-defined]


def _one_more(node: ast.AST) -> None:
    node.value += 1  # type: ignore[attr-defined]


def _other_truth(node: ast.AST) -> None:
    node.value = not node.value  # type: ignore[attr-defined]


def _without_not(node: ast.AST) -> None:
    node.op = ast.Not()  # type: ignore[attr-defined]
    node.operand = ast.UnaryOp(ast.Not(), node.operand)  # type: ignore[attr-defined]


def _return_nothing(node: ast.AST) -> None:
    node.value = ast.Constant(None)  # type: ignore[attr-defined]


def _leave_out(node: ast.AST, place: int) -> None:
    node.body[place] = ast.Pass()  # type: ignore[attr-defined]


def _text(node: ast.AST) -> str:
    return ast.unparse(node).splitlines()[0][:70]


def _is_for_types(test: ast.AST) -> bool:
    return isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"


def _is_nothing(value: ast.AST) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _is_idle(part: ast.Expr) -> bool:
    return _text(part).startswith(IDLE_CALLS)


class MutatedLoader(Loader):
    """Runs the changed tree in the place of the file."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """The usual one."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Fill the module."""
        exec(compile(self.mutant.tree, str(SOURCE / self.mutant.file), "exec"), vars(module))


class MutatedFinder(MetaPathFinder):
    """Finds the changed module before the one on the disk."""

    def __init__(self, mutant: Mutant) -> None:
        self.name = mutant.file.removesuffix(".py").replace("/", ".")
        self.loader = MutatedLoader(mutant)

    def find_spec(self, name: str, *more: object) -> ModuleSpec | None:
        """Of that module alone."""
        if name != self.name:
            return None
        return spec_from_file_location(name, SOURCE / self.loader.mutant.file, loader=self.loader)


def benchmark(asked: Asked) -> Result:
    """A line a room."""
    for library in LIBRARIES:
        import_module(library)
    most = QUICK_MUTANTS if asked.quick else MUTANTS
    rows, notes = [], []
    for name in ROOMS:
        if CHOSEN and name not in CHOSEN:
            continue
        row, survivors = tried(name, most, random.Random(f"{name} {asked.seeds[0]}"))
        rows.append(row)
        notes += [
            f"Survived in {name}: {each.file}:{each.line}, {each.words}" for each in survivors
        ]
        print(" ".join(f"{key}={value}" for key, value in row.items()), flush=True)
    every = [*_of_others({str(row["room"]) for row in rows}), *rows] if CHOSEN else rows
    return Result(every, [words(every), *notes])


def words(rows: Sequence[Row]) -> str:
    """The whole in a sentence."""
    killed, many = (sum(row[name] for row in rows) for name in ("killed", "mutants"))
    met = "met" if all(row["score"] >= BAR for row in rows) else "not met in each room"
    return f"{killed} of {many} mutants are killed, {killed / max(1, many):.3f} (bar {BAR}): {met}."


def tried(name: str, most: int, dice: random.Random) -> tuple[Row, list[Mutant]]:
    """A room's line, and the mutants that no test noticed.

    Raises:
        SystemExit: its tests fail without any change.
    """
    files, tests = ROOMS[name]
    possible = [mutant for file in files for mutant in mutants_of(file)]
    drawn = dice.sample(possible, min(most, len(possible)))
    begun = time.monotonic()
    if is_noticed(None, tests, 600):
        raise SystemExit(f"the tests of {name} fail as they are: {' '.join(tests)}")
    patience = max(LEAST_SECONDS, TIMES * (time.monotonic() - begun))
    survivors = []
    for mutant in drawn:
        if not is_noticed(mutant, tests, patience):
            survivors.append(mutant)
            print(f"survives in {name}: {mutant.file}:{mutant.line}, {mutant.words}", flush=True)
    killed = len(drawn) - len(survivors)
    low, high = wilson(killed, len(drawn))
    row = {
        "room": name,
        "possible": len(possible),
        "mutants": len(drawn),
        "killed": killed,
        "score": killed / len(drawn),
        "interval": [low, high],
        "commit": commit(),
    }
    return row, survivors


def wilson(good: int, many: int) -> tuple[float, float]:
    """The interval of a share, 95 %."""
    z, share = 1.96, good / many
    middle = share + z * z / (2 * many)
    spread = z * (share * (1 - share) / many + z * z / (4 * many * many)) ** 0.5
    whole = 1 + z * z / many
    return (middle - spread) / whole, min(1.0, (middle + spread) / whole)


def is_noticed(mutant: Mutant | None, tests: Sequence[str], patience: float) -> bool:
    """Whether a test fails, or hangs, in a fork that has the mutant."""
    child = os.fork()
    if child == 0:
        os._exit(_tested(mutant, tests))
    end = time.monotonic() + patience
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) != 0
        time.sleep(0.05)
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def _tested(mutant: Mutant | None, tests: Sequence[str]) -> int:
    """In the fork: pytest's exit status, 0 where every test passes."""
    import pytest

    os.setpgid(0, 0)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.chdir(ROOT)
    if mutant is not None:
        sys.meta_path.insert(0, MutatedFinder(mutant))
    try:
        return int(
            pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-m", "not postgres", *tests])
        )
    except BaseException:  # noqa: BLE001  whatever it is, the mutant did it
        return 3


def _of_others(names: set[str]) -> list[Row]:
    """Lines that an earlier run wrote of other rooms."""
    return [row for row in earlier_rows("mutants") if row["room"] not in names]


if __name__ == "__main__":
    CHOSEN.update(own_option(sys.argv, "--rooms"))
    run("mutants", benchmark, __doc__)
