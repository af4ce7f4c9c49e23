"""Statistics of experiments: intervals, tests, sequences, corrections, power. Above errors only."""
