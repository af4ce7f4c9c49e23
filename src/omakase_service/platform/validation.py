"""What is wrong with values that somebody gave, in a line."""

from pydantic import ValidationError


def reason_of(error: ValidationError) -> str:
    """Each field that is wrong, with what is wrong with it."""
    return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
