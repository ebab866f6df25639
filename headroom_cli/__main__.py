"""`python -m headroom_cli` is the `headroom` command."""

from headroom_cli.main import main

main()
