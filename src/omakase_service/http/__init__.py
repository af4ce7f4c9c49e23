"""The server's HTTP door: fast path, direct dispatch, WSGI in threads, graceful shutdown."""
