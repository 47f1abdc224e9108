"""Whatever text is written, every reader reads that text."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from pulumi_elastic_org.roster_file.quoting import comment, quoted, scalar

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
LOOKALIKES = st.from_regex(r"[0-9a-fox.e+_:-]{1,32}|(null|true|no|~|on)", fullmatch=True)


@given(TEXTS | LOOKALIKES)
def test_a_scalar_is_read_as_the_same_text_in_a_list_and_as_a_key(text: str) -> None:
    for version in ("1.1", "1.2"):
        yaml = YAML(typ="safe", pure=True)
        yaml.version = version
        assert yaml.load(f"{scalar(text)}: [{scalar(text)}, x]  # y") == {text: [text, "x"]}


@given(TEXTS)
def test_quoted_text_is_the_same_text_in_python(text: str) -> None:
    assert ast.literal_eval(quoted(text)) == text


@given(TEXTS)
def test_a_comment_stays_on_its_line(text: str) -> None:
    assert len(comment(text).splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("ada@acme.io", "ada@acme.io"),
        ("deployment-viewer on search as soc", "deployment-viewer on search as soc"),
        ("deployment-viewer on all (console only)", "deployment-viewer on all (console only)"),
        ("deployment-viewer on a, b", '"deployment-viewer on a, b"'),
        ("2165e4fa5bddb65a31f6a0c495c2fa37", "2165e4fa5bddb65a31f6a0c495c2fa37"),
        ("00000000000000000000000000000000", '"00000000000000000000000000000000"'),
        ("1e100000000000000000000000000000", '"1e100000000000000000000000000000"'),
        ("null", '"null"'),
        ("", '""'),
    ],
)
def test_quotes_stand_only_where_they_must(text: str, written: str) -> None:
    assert scalar(text) == written
