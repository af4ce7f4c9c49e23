"""Analytics: what lists earn, day by day, from roll-ups that a job keeps."""
