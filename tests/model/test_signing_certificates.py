"""Certificates of identity providers: in every form in which they are handed out, and until when they last."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime, timedelta, timezone

import pytest

from pulumi_elastic_org.model.signing_certificates import (
    CertificateError,
    certificate_mistakes,
    certificate_notes,
    read_certificate,
)
from tests.support.certificates import certificate

NOW = datetime.now(timezone.utc)


def test_a_certificate_is_the_same_in_every_form() -> None:
    pem = certificate()
    inner = "".join(pem.strip().splitlines()[1:-1])
    found = read_certificate(pem)
    assert found.pem == pem
    assert found.subject == "CN=idp.acme.example"
    for form in (f"\n  {pem}\n", inner, "\n".join(pem.strip().splitlines()[1:-1]), found.encoded, f"Bag\n{pem}"):
        assert read_certificate(form) == found
    assert found.encoded == b64encode(pem.encode()).decode()


@pytest.mark.parametrize("text", ["", "cert", "Y2VydA==", "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----"])
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(CertificateError, match=r"not an X\.509 certificate"):
        read_certificate(text)


def test_a_private_key_is_refused_and_not_repeated() -> None:
    with pytest.raises(CertificateError, match="private key") as refused:
        read_certificate("-----BEGIN PRIVATE KEY-----\nMIIE-secret\n-----END PRIVATE KEY-----")
    assert "MIIE-secret" not in str(refused.value)


def test_a_provider_without_a_valid_certificate_is_refused() -> None:
    ended = read_certificate(certificate("old", ends=timedelta(days=-1)))
    not_yet = read_certificate(certificate("new", begins=timedelta(days=5)))
    valid = read_certificate(certificate())
    assert certificate_mistakes([ended, valid], NOW) == []
    told = certificate_mistakes([ended, not_yet], NOW)
    assert [one.partition(";")[0] for one in told] == [
        f"certificates: that of CN=old expired on {ended.ends:%Y-%m-%d}",
        f"certificates: that of CN=new begins on {not_yet.begins:%Y-%m-%d}",
    ]


def test_a_certificate_that_ends_soon_is_told() -> None:
    ended = read_certificate(certificate("old", ends=timedelta(days=-1)))
    soon = read_certificate(certificate("soon", ends=timedelta(days=20)))
    valid = read_certificate(certificate())
    assert certificate_notes([ended, soon, valid], NOW) == [
        f"the certificate of CN=old expired on {ended.ends:%Y-%m-%d}",
        f"the certificate of CN=soon expires on {soon.ends:%Y-%m-%d}",
    ]
