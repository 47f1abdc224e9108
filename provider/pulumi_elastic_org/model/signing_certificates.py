"""The certificates by which an identity provider signs: as people paste them, as Elastic Cloud takes them, and until when."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

ENDS_SOON = timedelta(days=30)
"""How long before its end a certificate is told of."""

_BEGIN = "-----BEGIN"


class CertificateError(ValueError):
    """A text that is no certificate. The message does not repeat it: it may be a private key."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate.

    Args:
        pem: The certificate in PEM form, always the same for one certificate.
        subject: Whose it is.
        begins: From when on it is valid.
        ends: When it ends.
    """

    pem: str
    subject: str
    begins: datetime
    ends: datetime

    @property
    def encoded(self) -> str:
        """As Elastic Cloud takes it: the PEM form in base64."""
        return b64encode(self.pem.encode()).decode()


def read_certificate(text: str) -> Certificate:
    """Reads a certificate.

    Args:
        text: In PEM form; or as SAML metadata has it (DER in base64); or as Elastic Cloud shows it (PEM in base64).

    Raises:
        CertificateError: It is none.
    """
    if "PRIVATE KEY" in text:
        raise CertificateError("this is a private key, which stays with the identity provider: give its certificate")
    try:
        data = text.strip().encode() if _BEGIN in text else b64decode("".join(text.split()), validate=True)
        found = (
            x509.load_pem_x509_certificate(data) if _BEGIN.encode() in data else x509.load_der_x509_certificate(data)
        )
        subject, pem = found.subject.rfc4514_string(), found.public_bytes(Encoding.PEM).decode()
    except (ValueError, binascii.Error):
        raise CertificateError(
            "this is not an X.509 certificate in PEM form, as identity providers hand it out"
        ) from None
    return Certificate(pem, subject, found.not_valid_before_utc, found.not_valid_after_utc)


def certificate_mistakes(certificates: Iterable[Certificate], now: datetime) -> list[str]:
    """Returns why nobody could sign on with certificates: none of them is valid at the time.

    Args:
        certificates: Those of one identity provider.
        now: The time, with a time zone.
    """
    given = list(certificates)
    if any(one.begins <= now < one.ends for one in given):
        return []
    return [
        f"certificates: that of {one.subject} "
        + (f"expired on {one.ends:%Y-%m-%d}" if one.ends <= now else f"begins on {one.begins:%Y-%m-%d}")
        + "; add the one that the identity provider signs with now"
        for one in given
    ]


def certificate_notes(certificates: Iterable[Certificate], now: datetime) -> list[str]:
    """Returns what to know of certificates in time: which have ended, and which end within 30 days.

    Args:
        certificates: Those of one identity provider.
        now: The time, with a time zone.
    """
    return [
        f"the certificate of {one.subject} {'expired' if one.ends <= now else 'expires'} on {one.ends:%Y-%m-%d}"
        for one in certificates
        if one.ends - now < ENDS_SOON
    ]
