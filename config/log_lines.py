"""Log lines that nobody can forge: what comes from outside stays on the line that tells of it."""

from __future__ import annotations

import logging
import re

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class OneLine(logging.Formatter):
    """A record is one line; what a traceback adds is set in, so that no line of it begins like a record."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (logging's name)
        """The line of `record`, its control signs written out."""
        return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), super().formatMessage(record))

    def formatException(self, ei: object) -> str:  # noqa: N802 (logging's name)
        """The traceback, every line of it set in."""
        text = super().formatException(ei)  # type: ignore[arg-type]  # as logging hands it over
        return "\n".join(f"    {line}" for line in re.split("[\r\n\x0b\x0c\x85\u2028\u2029]", text))


# What is worth somebody's attention, for whatever keeps the output of the processes.
TO_THE_CONSOLE = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "config.log_lines.OneLine", "format": "{asctime} {levelname} {name}: {message}", "style": "{"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django": {"handlers": ["console"], "level": "WARNING", "propagate": False}},
}
