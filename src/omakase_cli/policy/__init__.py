"""`omakase policy`: what another policy would bring."""
