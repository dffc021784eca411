#!/usr/bin/env python3
"""Django's command line. Uses the embedded database where DATABASE_URL names no other."""

import os
import sys

# Commands that serve others keep the time limit for a statement; whoever started another command waits for it.
SERVING = {"worker", "runserver"}


def main() -> None:
    """Take hold of the embedded database, if that is the one, and run one command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from django.core.management import execute_from_command_line

        from config import settings, starting
    except ModuleNotFoundError as missing:
        sys.exit(
            f"{missing.name} is not installed for this Python. Use .venv/bin/python (python3 dev.py run makes it)."
        )
    starting.prepare(settings)
    if not SERVING.intersection(sys.argv[1:2]):
        starting.without_statement_timeout(settings)
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
