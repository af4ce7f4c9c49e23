"""Finding the largest inner products. An index knows vectors only."""
