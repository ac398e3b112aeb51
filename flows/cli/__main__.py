"""`python -m flows.cli` is `hearthline`."""

from flows.cli.handler import main

main()
