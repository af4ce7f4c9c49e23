"""How long tests wait for what must come: no measure of anything, but a bound for what hangs."""

PATIENCE_SECONDS = 240.0
"""On a machine that is busy with much else, too."""

PATIENCE_MILLISECONDS = 1000 * PATIENCE_SECONDS
