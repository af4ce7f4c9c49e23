"""Which Omakase this is."""

from importlib.metadata import PackageNotFoundError, version

PACKAGE = "omakase-recsys"


def release() -> str:
    """Of the installed package; "" where it runs from a folder that was never installed."""
    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        return ""
