"""What every app needs: errors to HTTP, API keys, health."""
