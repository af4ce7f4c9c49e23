"""WebSocket: lists that change while a page is open."""
