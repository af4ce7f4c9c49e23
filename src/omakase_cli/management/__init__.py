"""Commands of Django, for projects that we are installed in."""
