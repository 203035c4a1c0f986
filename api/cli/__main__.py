"""`python -m api.cli`: the command, where the script is not on the path."""

from api.cli.program import main

main()
