"""Addresses of a server, as a browser takes them."""


def origin_of(host: str, port: int) -> str:
    """`http://127.0.0.1:8000`, `http://[::1]:8000`: an address of IPv6 stands in brackets."""
    hostname = f"[{host}]" if ":" in host else host
    return f"http://{hostname}:{port}"
