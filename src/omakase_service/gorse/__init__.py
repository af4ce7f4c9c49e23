"""A second port that speaks as Gorse does, and the move from there."""
