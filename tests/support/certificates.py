"""Certificates such as identity providers sign with."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID


def certificate(
    name: str = "idp.acme.example", *, ends: timedelta = timedelta(days=365), begins: timedelta = timedelta(days=-1)
) -> str:
    """Returns a certificate in PEM form.

    Args:
        name: Whose it is.
        ends: When it ends, from now.
        begins: When it begins, from now.
    """
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(timezone.utc)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(min(now + begins, now + ends - timedelta(days=1)))
        .not_valid_after(now + ends)
        .sign(key, SHA256())
        .public_bytes(Encoding.PEM)
        .decode()
    )
