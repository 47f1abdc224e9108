"""No setting that the documentation names is ignored: this package reads it, or it is known who else does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pulumi
import pytest

import pulumi_elastic_org
from pulumi_elastic_org.dynamic.program import check_key_is_secret
from pulumi_elastic_org.variables import VARIABLES

ROOT = Path(__file__).parents[2]
PACKAGE = Path(pulumi_elastic_org.__file__).parent
PAGES = [ROOT / "README.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").glob("*.md"))]
READ_BY_OTHERS = {
    "PULUMI_ACCESS_TOKEN": "the Pulumi CLI, for its cloud",
    "PULUMI_DEBUG_GRPC": "the Pulumi CLI; the page warns of it",
    "PULUMI_HOME": "the Pulumi CLI",
    "PULUMI_VERSION": "the pipelines",
    "REQUESTS_CA_BUNDLE": "the HTTP library",
    "SSL_CERT_FILE": "the TLS library",
}
OF_EXAMPLES = re.compile(r"EC_API_KEY_(NEW|OLD|PERSON)|EC_INVITATION_TOKEN")


def named(pattern: str) -> set[str]:
    return {found for page in PAGES for found in re.findall(pattern, page.read_text(encoding="utf-8"))}


SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
VARIABLES_NAMED = {
    one for one in named(r"\b(?:PULUMI|EC|ELASTIC_ORG|UV|REQUESTS|SSL)_[A-Z_]+\b") if not OF_EXAMPLES.fullmatch(one)
}


@pytest.mark.parametrize("variable", sorted(VARIABLES_NAMED - READ_BY_OTHERS.keys()))
def test_a_documented_variable_is_read(variable: str) -> None:
    assert f'"{variable}"' in SOURCE


def test_a_documented_setting_is_read() -> None:
    assert named(r"\belastic-org:(?:api|end|org)[A-Za-z]+\b") <= set(VARIABLES)


@pytest.mark.parametrize(
    ("misspelled", "said"),
    {
        "elastic-org:apikey": "did you mean elastic-org:apiKey? What is there is stored in the clear: if it is a key, revoke it",
        "elastic-org:organisationId": "did you mean elastic-org:organizationId?",
        "elastic-org:colour": "the settings are elastic-org:apiKey,",
    }.items(),
)
def test_a_misspelled_setting_is_refused(misspelled: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({misspelled: "a-key", "people:word": "x"}))
    with pytest.raises(pulumi.RunError) as refusal:
        check_key_is_secret()
    assert f"there is no setting {misspelled}: {said}" in str(refusal.value)
    assert "a-key" not in str(refusal.value)
