"""What keeps other sites away from controls that ask for no credentials.

The emulator listens on loopback only, but so does the browser of whoever runs it: a page of another site could send forms to it
(cross-site request forgery), or reach it under a name of its own (DNS rebinding). Browsers say where a form comes from in `Origin`;
programs such as curl send none and are no danger.
"""

from flask import request
from werkzeug.exceptions import Forbidden
from werkzeug.sansio.utils import host_is_trusted

_LOOPBACK_NAMES = ("127.0.0.1", "localhost")


def refuse_other_sites() -> None:
    """Refuse the current request when it comes from a page of another site, or reaches the emulator under a foreign name.

    Raises:
        Forbidden: It does.
    """
    if not host_is_trusted(request.host, _LOOPBACK_NAMES):
        raise Forbidden("The emulator answers as 127.0.0.1 or localhost only.")
    origin = request.headers.get("Origin")
    if origin is not None and origin != request.host_url.rstrip("/"):
        raise Forbidden("The request comes from another site.")
