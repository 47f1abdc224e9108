"""Keeps invitation tokens out of the logs of the HTTP library, which writes whole addresses: at DEBUG, and in some warnings."""

from __future__ import annotations

import logging
import re

_TOKENS = re.compile(r"(/organizations/(?:[^/\s\"]+/)?invitations/)[^/?\s\"]+")


class WithoutTokens(logging.Filter):
    """Puts ``[secret]`` in the place of the tokens in addresses of invitations; all other records stay as they are."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Returns that the record is to be logged.

        Args:
            record: The record, which is changed where it holds a token.
        """
        message = record.getMessage()
        shown = _TOKENS.sub(r"\1[secret]", message)
        if shown != message:
            record.msg, record.args = shown, ()
        return True


def redact_logs() -> None:
    """Sees to it that urllib3, by which all calls of Elastic Cloud's API are made, logs no token."""
    for name in ("urllib3.connectionpool", "urllib3.connection", "urllib3.util.retry"):
        logger = logging.getLogger(name)
        if not any(isinstance(one, WithoutTokens) for one in logger.filters):
            logger.addFilter(WithoutTokens())
