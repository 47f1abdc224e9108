"""The demo tells its story to the end, and fails when a claim does not hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from pulumi_elastic_org.cli import main
from pulumi_elastic_org.cli.demo.stage import StoryBroken, set_stage
from pulumi_elastic_org.review.changes import Action


def test_the_story_holds() -> None:
    told = CliRunner().invoke(main, ["demo"])
    assert told.exit_code == 0, told.output
    assert "refused for 1 reason" in told.output
    assert told.output.rstrip().endswith("Nothing to do.")
    assert "demo-admin-key" not in told.output


def test_a_claim_that_does_not_hold_ends_the_story(capsys: pytest.CaptureFixture[str]) -> None:
    with set_stage("embedded") as stage:
        with pytest.raises(StoryBroken, match=r"expected .* found"):
            stage.preview({Action.INVITE: {"nobody@acme.example"}})
        with pytest.raises(StoryBroken, match="should have been refused"):
            stage.preview({}, refused={("owns-resources", "nobody@acme.example")})
        with pytest.raises(StoryBroken, match="does not have this once"):
            stage.edit("no such line", "")
        assert Path(stage.workspace.directory, "roster.yaml").is_file()
    assert "tomas.vidal@acme.example" in capsys.readouterr().out
