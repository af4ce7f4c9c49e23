"""The demo site: pick a person, see rows with reasons, click, watch the rows change."""
