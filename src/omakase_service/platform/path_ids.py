"""Ids in paths: a slash that a client encoded stays within its segment.

`/api/items/shirt%2Fsimilar` is the item `shirt/similar`, not the items similar to `shirt`. A web
server decodes a path before anybody can tell the two apart, so the bridge from ASGI writes an
encoded slash as a character that no id may hold, and the converter of paths writes it back.
"""

from urllib.parse import unquote_to_bytes

SLASH = "\x1f"
"""In the place of an encoded slash; control characters are refused in ids."""

FORGED = "\x1e"
"""In the place of that character itself, which a client may have encoded."""

API = b"/api/"


def segmented(raw_path: bytes) -> bytes:
    """The decoded bytes of a path, its encoded slashes marked. Without its query."""
    path = raw_path.partition(b"?")[0]
    decoded = (unquote_to_bytes(segment) for segment in path.split(b"/"))
    mark, forged = SLASH.encode(), FORGED.encode()
    return b"/".join(part.replace(mark, forged).replace(b"/", mark) for part in decoded)


def path_of(path: str, raw_path: bytes | None) -> bytes:
    """The bytes of a path for WSGI: as it was decoded, or segmented where that tells more.

    Args:
        path: decoded.
        raw_path: as it was sent; none where the web server does not tell.
    """
    if raw_path is None or not raw_path.startswith(API) or b"%" not in raw_path:
        return path.encode()
    return segmented(raw_path)


def readable_path(path: str) -> str:
    """A path for people, its marked slashes encoded again."""
    return path.replace(SLASH, "%2F")


class IdConverter:
    """An id in a path, which may hold slashes, encoded or not: `{id:item_id}`."""

    regex = r"[^\n]+"

    def to_python(self, text: str) -> str:
        """The id itself."""
        return text.replace(SLASH, "/")

    def to_url(self, text: str) -> str:
        """The id with its slashes encoded."""
        return text.replace("/", SLASH)
