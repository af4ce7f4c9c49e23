"""`python -m benchmarks [NAME …]` lists the benchmarks, or runs those named (`all`: each).

Other arguments are passed on: `python -m benchmarks all --data PATH --quick`.
"""

import ast
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

NOT_BENCHMARKS = {
    "__init__",
    "__main__",
    "form",
    "given",
    "headlines",
    "markdown",
    "notes",
    "pages",
    "peer",
}


def names() -> list[str]:
    """Every benchmark of this folder."""
    found = {file.stem for file in Path(__file__).parent.glob("*.py")} - NOT_BENCHMARKS
    return sorted(name for name in found if not name.startswith("_"))


def title(name: str) -> str:
    """The first line of a benchmark's docstring; nothing is imported."""
    source = (Path(__file__).parent / f"{name}.py").read_text(encoding="utf-8")
    return (ast.get_docstring(ast.parse(source)) or name).splitlines()[0]


def main(words: Sequence[str]) -> int:
    """List, or run one after the other; the exit code is that of the worst."""
    flags = next((n for n, word in enumerate(words) if word.startswith("-")), len(words))
    chosen = names() if list(words[:flags]) == ["all"] else list(words[:flags])
    if not chosen:
        print("\n".join(f"{name:24}{title(name)}" for name in names()))
    codes = [
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *words[flags:]]).returncode
        for name in chosen
    ]
    return max(codes, default=0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
