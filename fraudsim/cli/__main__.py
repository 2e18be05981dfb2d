"""``python -m fraudsim.cli``."""

from fraudsim.cli import main

main()
