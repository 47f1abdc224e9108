"""The demo's story: one organization through the weeks, each claim checked as it is told."""

from __future__ import annotations

from datetime import timedelta

from pulumi_elastic_org.cli.demo.stage import Stage, StoryBroken, set_stage
from pulumi_elastic_org.review.changes import Action

__all__ = ["StoryBroken", "tell"]

ORGANIZATION = "acme"
NEWCOMERS = {f"{name}@acme.example" for name in ("ayumi.sato", "maya.oconnor", "noah.lindgren", "tomas.vidal")}
ROSA = "rosa.delacroix@acme.example"
TOMAS = "tomas.vidal@acme.example"
TILDA = "tilda.ekman@acme.example"
FELIX = "felix.wagner@acme.example"
HENRIK = "henrik.aaltonen@acme.example"
SOFIA = "sofia.marchetti@acme.example"
STRANGER = "mallory@elsewhere.example"
STRANGER_CONFIRMED = f"""
overrides:
  {STRANGER}: {{guards: [unmanaged-people], reason: nobody knows this account}}
"""


def tell(engine: str) -> None:
    """Tells the story from its beginning to its end.

    Args:
        engine: Who runs the program: ``"embedded"`` or ``"pulumi"``.

    Raises:
        StoryBroken: A claim did not hold.
        EngineError: The engine could not start.
    """
    with set_stage(engine) as stage:
        stage.chapter("Sixty people, described in a file")
        stage.tell(
            "acme has sixty members and three open invitations, one of them expired. roster.yaml names them all, and four "
            "people who join this week. The preview adopts whoever is there and says what is missing."
        )
        first = {Action.INVITE: NEWCOMERS, Action.REINVITE: {TILDA}}
        stage.preview(first)
        stage.up(first)

        _three_days_pass(stage)
        _somebody_uses_the_console(stage)
        _somebody_leaves(stage)

        stage.chapter("The end")
        stage.tell(
            "The organization is what the file says. A preview costs two API calls, whatever the number of people."
        )
        stage.emulator.calls.reset()
        stage.preview({})
        if (calls := len(stage.emulator.calls.all())) != 2:
            raise StoryBroken(f"a preview without changes made {calls} calls")


def _three_days_pass(stage: Stage) -> None:
    stage.chapter("Two people accept, three days pass")
    stage.tell(
        "An invitation lasts 72 hours. Whoever has accepted is a member; whoever has not is invited again; nothing else."
    )
    for email in (ROSA, TOMAS):
        stage.emulator.cloud.accept(ORGANIZATION, email)
    stage.emulator.clock.advance(timedelta(hours=73))
    again = {Action.REINVITE: (NEWCOMERS | {TILDA}) - {TOMAS}}
    stage.preview(again)
    stage.up(again)


def _somebody_uses_the_console(stage: Stage) -> None:
    stage.chapter("Somebody changes access by hand")
    stage.tell(
        f"Outside the code, {FELIX} is made an administrator, and {STRANGER} becomes a member. The preview shows "
        "both. It would put the roles back; but whom the code never knew, it does not remove without being told to."
    )
    cloud = stage.emulator.cloud
    cloud.set_roles(ORGANIZATION, FELIX, {"organization": [{"role_id": "organization-admin"}]})
    cloud.add_member(ORGANIZATION, STRANGER, {"deployment": [{"role_id": "deployment-viewer", "all": True}]})
    by_hand = {Action.CHANGE_ROLES: {FELIX}, Action.REMOVE: {STRANGER}}
    stage.preview(by_hand, refused={("unmanaged-people", STRANGER)})
    stage.tell("\nSo somebody says so in the file, with a reason that reviewers read.")
    stage.edit("", STRANGER_CONFIRMED)
    stage.preview(by_hand)
    stage.up(by_hand)
    if STRANGER in _members(stage):
        raise StoryBroken("the stranger is still a member")


def _somebody_leaves(stage: Stage) -> None:
    stage.chapter("Somebody leaves")
    stage.tell("Henrik's line goes. He still owns a deployment, so the preview refuses, and names the way out.")
    stage.edit(f"      - {HENRIK}\n", "")
    leaves = {Action.REMOVE: {HENRIK}}
    stage.preview(leaves, refused={("owns-resources", HENRIK)})
    stage.tell(f"\nThe deployment is handed over: its owner tag now names {SOFIA}.")
    deployment = next(
        one for one in stage.emulator.cloud.organization(ORGANIZATION).deployments.values() if one.name == "search-shop"
    )
    stage.emulator.cloud.set_tags(deployment.id, {"owner": SOFIA, "team": "search"})
    stage.preview(leaves)
    stage.up(leaves)
    if HENRIK in _members(stage):
        raise StoryBroken("Henrik is still a member")


def _members(stage: Stage) -> set[str]:
    cloud = stage.emulator.cloud
    return {cloud.user(user_id).email for user_id in cloud.organization(ORGANIZATION).members}
