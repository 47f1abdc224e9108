"""Certificates and HTTPS servers of the tests' own, on loopback."""

from __future__ import annotations

import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.loopback import answering

REDIRECTS = (301, 302, 303, 307, 308)


def make_certificate(directory: Path, host: str) -> Path:
    """Makes a self-signed certificate for a host name or an address; returns the file that holds it and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test")])
    try:
        alternative: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        alternative = x509.DNSName(host)
    now = datetime.now(timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = directory / f"{host}.pem"
    path.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return path


@dataclass
class Listener:
    """A server that keeps the headers of what it is asked, and answers as it is told.

    Args:
        url: Its address.
        status: The status of its answers.
        location: Where its answers redirect to, if anywhere.
        body: What its answers hold, in JSON; what both clients of the tests understand by default.
        heard: The headers of each request.
    """

    url: str
    status: int = 200
    location: str = ""
    body: Any = field(
        default_factory=lambda: {"organizations": [], "cluster_uuid": "u", "version": {"number": "8.19.3"}}
    )
    heard: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def breaking_off(certificate: Path, last_words: bytes) -> Iterator[str]:
    """Starts a server that reads one request whole and then speaks no proper TLS any more.

    Args:
        certificate: As `make_certificate` makes it.
        last_words: What it sends, beside the encryption, before it hangs up.

    Yields:
        Its address.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def serve() -> None:
        with suppress(OSError), server.accept()[0] as raw:
            encrypted = context.wrap_socket(raw, server_side=True)
            request = b""
            while not request.endswith(b"}"):
                request += encrypted.recv(65536)
            with socket.socket(fileno=encrypted.detach()) as plain:
                plain.sendall(last_words)

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve, daemon=True).start()
        yield f"https://127.0.0.1:{server.getsockname()[1]}"


@contextmanager
def listener(certificate: Path | None = None) -> Iterator[Listener]:
    """Starts a server on a free port of 127.0.0.1, with HTTPS where there is a certificate."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            listening.heard.append({key.lower(): value for key, value in self.headers.items()})
            body = json.dumps(listening.body).encode()
            self.send_response(listening.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("X-Elastic-Product", "Elasticsearch")
            self.send_header("Content-Length", str(len(body)))
            if listening.location:
                self.send_header("Location", listening.location)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = do_CONNECT = answer  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:
            """Writes nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that does not trust the certificate hangs up; that is no error of the server's."""

    server = Server(("127.0.0.1", 0), Handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    with answering(server) as address:
        listening = Listener(f"http{'s' if certificate else ''}://{address}")
        yield listening
