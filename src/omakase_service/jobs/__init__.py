"""Jobs: work that is done beside requests, by name, on schedules, one at a time for each key."""
