"""Writes to other servers: what is sent to an address is taken there, or it is not taken."""

from typing import Any
from urllib.request import HTTPRedirectHandler, Request, build_opener


class NoRedirects(HTTPRedirectHandler):
    """An answer that points elsewhere has taken nothing.

    By itself urllib asks the other address by GET, without the body, and its 200 looks as if the
    body had been taken.
    """

    def redirect_request(self, *arguments: Any) -> None:
        """Nowhere else."""


def open_direct(request: Request, timeout: float) -> Any:
    """The answer of the address itself, to be closed.

    Raises:
        HTTPError: it refuses, or points elsewhere.
        OSError, HTTPException: it does not answer.
    """
    return build_opener(NoRedirects).open(request, timeout=timeout)
