"""The identity provider of another maker: PySAML2 writes its metadata, and reads what Elastic Cloud is to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from elastic_cloud_emulator import Emulator
from tests.support.certificates import certificate
from tests.support.sign_on import ORGANIZATION, SignOnStack

MISSING = "PySAML2 is not installed"
saml2 = pytest.importorskip("saml2", reason=MISSING)
config, metadata, store = (
    pytest.importorskip(f"saml2.{name}", reason=MISSING) for name in ("config", "metadata", "mdstore")
)
attributes = pytest.importorskip("saml2.attribute_converter", reason=MISSING)
ENTITY = "https://idp.acme.example/metadata"
SSO = "https://idp.acme.example/sso"


@pytest.fixture
def provider(tmp_path: Path) -> Any:
    """The configuration of an identity provider."""
    (tmp_path / "idp.pem").write_text(certificate())
    endpoints = [("https://idp.acme.example/redirect", saml2.BINDING_HTTP_REDIRECT), (SSO, saml2.BINDING_HTTP_POST)]
    return config.IdPConfig().load(
        {
            "entityid": ENTITY,
            "cert_file": str(tmp_path / "idp.pem"),
            "key_file": str(tmp_path / "idp.pem"),
            "service": {"idp": {"endpoints": {"single_sign_on_service": endpoints}}},
        }
    )


def metadata_of(text: str) -> Any:
    """What PySAML2 reads in metadata."""
    read = store.InMemoryMetaData(attributes.ac_factory(), text)
    read.load()
    return read


def test_what_its_metadata_says_is_taken_as_it_stands(provider: Any) -> None:
    known = metadata_of(str(metadata.entity_descriptor(provider)))
    [place] = known.service(ENTITY, "idpsso_descriptor", "single_sign_on_service", saml2.BINDING_HTTP_POST)
    inputs = {
        "issuer": ENTITY,
        "sso_url": place["location"],
        "certificates": [text for _name, text in known.certs(ENTITY, "idpsso", "signing")],
        "login_identifier_prefix": "acme",
    }
    with Emulator() as emulator:
        stack = SignOnStack(emulator)
        stack.claim.up()
        stack.provider.settings = inputs
        stack.provider.up()
        live = emulator.cloud.identity_provider(ORGANIZATION)
        assert (live.issuer, live.sso_url) == (ENTITY, SSO)
        stack.provider.refresh()
        emulator.calls.reset()
        stack.provider.up()
        assert {call.method for call in emulator.calls.all()} == {"GET"}


def test_the_metadata_of_the_service_provider_is_read_by_the_other_side() -> None:
    with Emulator() as emulator:
        stack = SignOnStack(emulator)
        stack.claim.up()
        stack.provider.up()
    outputs = stack.provider.outputs
    known = metadata_of(outputs["metadata"])
    service = (outputs["sp_entity_id"], "spsso_descriptor", "assertion_consumer_service", saml2.BINDING_HTTP_POST)
    [place] = known.service(*service)
    assert place["location"] == outputs["acs"]
