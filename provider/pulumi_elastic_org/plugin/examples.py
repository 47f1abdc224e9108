"""Examples in the schema's descriptions, in several languages: what a generated SDK shows in an editor."""

from __future__ import annotations

from collections.abc import Mapping

_ROSTER = {
    "typescript": """\
import * as elastic from "@pulumi/elastic-org";

new elastic.Roster("acme", {
    mode: "authoritative",
    members: {
        "ada@acme.example": ["organization-admin"],
        "bob@acme.example": ["deployment-editor on 0123456789abcdef0123456789abcdef", "billing-admin"],
    },
});
""",
    "go": """\
elasticorg.NewRoster(ctx, "acme", &elasticorg.RosterArgs{
	Mode: pulumi.String("authoritative"),
	Members: pulumi.Map{
		"ada@acme.example": pulumi.ToStringArray([]string{"organization-admin"}),
	},
})
""",
    "csharp": """\
new ElasticOrg.Roster("acme", new() { Path = "roster.yaml" });
""",
    "java": """\
new Roster("acme", RosterArgs.builder().path("roster.yaml").build());
""",
    "yaml": """\
resources:
  acme:
    type: elastic-org:Roster
    properties:
      path: roster.yaml
""",
}

_MEMBER = {
    "typescript": """\
import * as elastic from "@pulumi/elastic-org";

new elastic.Member("bea", { email: "bea@acme.example", roles: ["deployment-viewer on all"] });
""",
    "yaml": """\
resources:
  bea:
    type: elastic-org:Member
    properties:
      email: bea@acme.example
      roles: [deployment-viewer on all]
""",
}


def _shown(title: str, texts: Mapping[str, str]) -> str:
    fences = "\n".join(f"```{language}\n{text}```" for language, text in texts.items())
    marks = ("{{% examples %}}", "## Example Usage", "{{% example %}}", f"### {title}", "")
    return "\n".join([*marks, fences, "{{% /example %}}", "{{% /examples %}}"])


EXAMPLES = {
    "Roster": _shown("Who belongs to an organization", _ROSTER),
    "Member": _shown("One person", _MEMBER),
}
"""By the kind's name, in the form of Pulumi's schema."""
