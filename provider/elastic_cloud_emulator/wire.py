"""HTTP/1.1 on loopback: werkzeug's threaded server, with connections that stay open and that can be dropped."""

import contextlib
import socket
import sys
from io import BytesIO
from typing import TYPE_CHECKING, Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.wrappers import Response
from werkzeug.wsgi import get_input_stream

from .gateway import ConnectionDropped

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

HOST = "127.0.0.1"


class Connection(WSGIRequestHandler):
    """One connection and the calls that come over it.

    Werkzeug's own handler closes a connection after every answer, because it may leave part of the request unread. This one reads
    the request whole and answers it whole.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def run_wsgi(self) -> None:
        """Answer one call."""
        environ = self.make_environ()
        content = get_input_stream(environ).read()
        environ.update(
            {"wsgi.input": BytesIO(content), "wsgi.input_terminated": True, "CONTENT_LENGTH": str(len(content))}
        )
        try:
            response = Response.from_app(self.server.app, environ, buffered=True)
        except ConnectionDropped:
            self.close_connection = True
            return
        self.send_response(response.status_code)
        for name, value in response.get_wsgi_headers(environ):
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.get_data())

    def log(self, type: str, message: str, *args: Any) -> None:
        """Log nothing: paths may hold invitation tokens."""


class Server(ThreadedWSGIServer):
    """A server that closes its connections when it closes.

    Args:
        port: Where it listens on loopback; 0 lets the system choose.
        app: What answers.

    Raises:
        OSError: The port is taken.
    """

    def __init__(self, port: int, app: "WSGIApplication") -> None:
        self._connections: set[socket.socket] = set()
        with socket.create_server((HOST, port), backlog=128) as listener:
            super().__init__(HOST, listener.getsockname()[1], app, Connection, fd=listener.fileno())

    def process_request(self, request: Any, client_address: Any) -> None:
        """Begin to answer what comes over a connection."""
        self._connections.add(request)
        super().process_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report what went wrong with a connection, unless the client has gone away: that is its own affair."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """End a connection."""
        self._connections.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """End all connections and stop listening."""
        super().server_close()
        for connection in list(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
