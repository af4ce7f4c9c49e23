"""`omakase experiment`: what is compared, and how it stands."""
