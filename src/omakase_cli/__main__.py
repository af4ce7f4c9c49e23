"""`python -m omakase_cli`: the command line where no script lies on the path."""

from omakase_cli.main import main

main()
