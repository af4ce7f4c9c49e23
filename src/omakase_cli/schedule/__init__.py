"""`omakase schedule`: when jobs are due."""
