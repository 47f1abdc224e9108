"""Arguments of `Roster` and `Member` as a slip of the hand makes them: Python checks no types, so the package has to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pulumi
from hypothesis import strategies as st

import pulumi_elastic_org as elastic
from pulumi_elastic_org.dynamic.arguments import wrong_members, wrong_people, wrong_settings
from pulumi_elastic_org.dynamic.roles import Roles, known_grants
from pulumi_elastic_org.model.grants import GrantError, format_grants
from tests.inputs import addresses, roles
from tests.inputs.tally import Tally, refusal, shown_well

ADA = "ada@acme.example"

ACCEPTED: dict[str, tuple[Callable[[], Roles], str]] = {
    "text": (lambda: "billing-admin", "billing-admin"),
    "a list": (lambda: ["billing-admin"], "billing-admin"),
    "a tuple": (lambda: ("billing-admin",), "billing-admin"),
    "a set": (lambda: {"billing-admin"}, "billing-admin"),
    "no roles": (list, "no roles"),
    "the same twice": (lambda: [elastic.billing_admin(), "billing-admin"], "billing-admin"),
    "the full id": (lambda: [elastic.deployment("deployment-editor", on=["a1"])], "deployment-editor on a1"),
    "targets as a set": (lambda: [elastic.deployment("editor", on={"b2", "a1"})], "deployment-editor on a1, b2"),  # type: ignore[arg-type]
}


def _roster(**arguments: Any) -> Callable[[], object]:
    return lambda: elastic.Roster("acme", **{"mode": "additive", "members": {}, **arguments})


def _output() -> Any:
    """An output, made in an event loop as in a program: a test has none."""

    async def made() -> Any:
        output: pulumi.Output[str] = pulumi.Output.from_input("x")
        await output.future()
        return output

    with closing(asyncio.new_event_loop()) as loop:
        return loop.run_until_complete(made())


def _held(held: Any) -> Callable[[], object]:
    return _roster(members={ADA: held})


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "members None": (_roster(members=None), "members: must be a mapping such as"),
    "members a list": (_roster(members=[ADA]), "members: must be a mapping such as"),
    "members text": (_roster(members=ADA), "members: must be a mapping such as"),
    "members an output": (_roster(members=pulumi.Output), "members: must be a mapping such as"),
    "an address None": (_roster(members={None: []}), "an e-mail address is text, not of type NoneType"),
    "an address as bytes": (_roster(members={ADA.encode(): []}), "an e-mail address is text, not of type bytes"),
    "an address twice": (
        _roster(members={ADA: [], ADA.upper(): []}),
        f"ADA@ACME.EXAMPLE: is the same address as {ADA}",
    ),
    "an address in two spellings": (
        _roster(members={"a@bücher.example": [], "a@xn--bcher-kva.example": []}),
        "is the same address as a@bücher.example",
    ),
    "an address that commands the terminal": (
        _roster(members={"\x1b[2J\n::error::@x": []}),
        r"\x1b[2J\n\x3a:error::@x: ",
    ),
    "roles None": (_held(None), "roles must be a list such as ['billing-admin'], or [] for none, not None"),
    "roles a number": (_held(3), "roles must be a list such as"),
    "roles a mapping": (_held({"billing-admin": True}), "roles must be a list such as"),
    "roles as bytes": (_held(b"billing-admin"), "roles must be a list such as"),
    "roles from a generator": (_held(role for role in ["billing-admin"]), "roles must be a list such as"),
    "a role alone": (_held(elastic.billing_admin()), "roles must be a list such as"),
    "roles nested": (_held([["billing-admin"]]), "a role is text or made by a function"),
    "a role None": (_held([None]), "a role is text or made by a function such as deployment(...), not None"),
    "a role that is the function": (_held([elastic.billing_admin]), "a role is text or made by a function"),
    "two wrong roles": (_held(["admin", "deployment-editor"]), "; cannot read 'deployment-editor'"),
    "a role unknown": (_held(["deploymnt-editor on all"]), "did you mean 'deployment-editor'?"),
    "targets as text": (lambda: elastic.deployment("editor", on="a1"), "so write on=['a1']"),
    "targets None": (lambda: elastic.deployment("editor", on=None), "'on' is"),  # type: ignore[arg-type]
    "no targets": (lambda: elastic.deployment("editor", on=[]), "'on' is empty"),
    "targets from a generator": (lambda: elastic.deployment("editor", on=(x for x in "a")), "'on' is a list"),  # type: ignore[arg-type]
    "a target None": (lambda: elastic.deployment("editor", on=[None]), "None is not the id"),  # type: ignore[list-item]
    "a target blank": (lambda: elastic.deployment("editor", on=[""]), "'' is not the id"),
    "a target called all": (lambda: elastic.deployment("editor", on=["all"]), "'all' is not the id"),
    "a role's name None": (lambda: elastic.deployment(None), "a role is named by text"),  # type: ignore[arg-type]
    "application roles as text": (lambda: elastic.security("viewer", application_roles="soc"), "so write ['soc']"),
    "an application role None": (
        lambda: elastic.security("viewer", application_roles=[None]),  # type: ignore[list-item]
        "None is not the name of an application role",
    ),
    "mode in capitals": (_roster(mode="Additive"), "mode: must be 'authoritative' or 'additive', not 'Additive'"),
    "mode None": (_roster(mode=None), "mode: must be 'authoritative' or 'additive', not None"),
    "single sign-on as text": (_roster(single_sign_on=ADA), "single_sign_on: must be a list such as"),
    "single sign-on of nobody": (_roster(single_sign_on=[ADA]), f"single_sign_on: {ADA} is not among the members"),
    "single sign-on from a generator": (
        _roster(single_sign_on=(x for x in [ADA])),
        "single_sign_on: must be a list such as",
    ),
    "resends negative": (_roster(max_resends=-1), "max_resends: must be a whole number, 0 or more, not -1"),
    "resends as text": (_roster(max_resends="3"), "max_resends: must be a whole number, 0 or more, not '3'"),
    "resends a truth": (_roster(max_resends=True), "max_resends: must be a whole number"),
    "a duration in words": (_roster(expires_in="3 days"), "expires_in: must be a number and s, m, h or d"),
    "a duration that is blank": (_roster(expires_in=""), "expires_in: must be a number and s, m, h or d"),
    "a duration of nothing": (_roster(expires_in="0h"), "expires_in: must be a number and s, m, h or d"),
    "a duration negative": (_roster(expires_in="-72h"), "expires_in: must be a number and s, m, h or d"),
    "a duration as a number": (_roster(expires_in=72), "expires_in: must be a number and s, m, h or d"),
    "a duration too long": (_roster(expires_in="999999d"), "expires_in: must be a number and s, m, h or d"),
    "resends an output": (
        lambda: elastic.Roster("acme", {}, "additive", max_resends=_output()),
        "max_resends: must be a whole number, 0 or more, not of type Output",
    ),
    "a duration that is an output": (
        lambda: elastic.Roster("acme", {}, "additive", expires_in=_output()),
        "expires_in: must be a number and s, m, h or d, such as '72h' or '7d', not of type Output",
    ),
    "a mode that is an output": (
        lambda: elastic.Roster("acme", {}, _output()),
        "mode: must be 'authoritative' or 'additive', not of type Output",
    ),
    "a mode of mappings that is an output": (
        lambda: elastic.RoleMappings("acme", _output(), {}),
        "mode: must be 'authoritative' or 'additive', not of type Output",
    ),
    "settings that are outputs": (
        lambda: elastic.Roster("acme", {}, "additive", elastic.Guards(max_removals=_output(), min_admins=_output())),
        "guards: min_admins must be a whole number, 0 or more, not of type Output",
    ),
    "a share that is an output": (
        lambda: elastic.Roster("acme", {}, "additive", elastic.Guards(max_removals=_output())),
        "max_removals must be a number or a share such as '25%', not of type Output",
    ),
    "a domain that is an output": (
        lambda: elastic.Roster("acme", {}, "additive", elastic.Guards(allowed_domains=(_output(),))),
        "allowed_domains: of type Output is not a domain",
    ),
    "guards as a mapping": (_roster(guards={"min_admins": 2}), "guards: must be made by Guards(...), not of type dict"),
    "a share that is none": (
        _roster(guards=elastic.Guards(max_removals="some")),
        "max_removals must be a number or a share",
    ),
    "a share of more than all": (
        _roster(guards=elastic.Guards(max_removals="101%")),
        "max_removals must be a number or a share",
    ),
    "a share as a fraction": (
        _roster(guards=elastic.Guards(max_removals=0.25)),  # type: ignore[arg-type]
        "max_removals must be a number or a share",
    ),
    "administrators negative": (_roster(guards=elastic.Guards(min_admins=-1)), "min_admins must be a whole number"),
    "protected as text": (_roster(guards=elastic.Guards(protected=ADA)), "guards: protected: must be a list such as"),  # type: ignore[arg-type]
    "protected nobody": (
        _roster(guards=elastic.Guards(protected=("ada",))),
        "guards: protected: 'ada' is not an e-mail",
    ),
    "domains as text": (
        _roster(guards=elastic.Guards(allowed_domains="acme.example")),  # type: ignore[arg-type]
        "allowed_domains: must be a list",
    ),
    "a domain that is none": (_roster(guards=elastic.Guards(allowed_domains=("acme",))), "'acme' is not a domain"),
    "an owner tag blank": (_roster(guards=elastic.Guards(owner_tag="")), "owner_tag must be the key of a tag"),
    "an override as text": (_roster(guards=elastic.Guards(overrides={ADA: "self"})), "must be made by Override"),  # type: ignore[dict-item]
    "an override without a reason": (
        _roster(guards=elastic.Guards(overrides={ADA: elastic.Override(("self",), " ")})),
        f"overrides, {ADA}: give a reason",
    ),
    "an override with half a character": (
        _roster(guards=elastic.Guards(overrides={ADA: elastic.Override(("self",), "\ud800")})),
        f"overrides, {ADA}: give a reason",
    ),
    "an override of an unknown guard": (
        _roster(guards=elastic.Guards(overrides={ADA: elastic.Override(("own-resources",), "x")})),
        "there is no guard own-resources",
    ),
    "an override's guards as text": (
        _roster(guards=elastic.Guards(overrides={ADA: elastic.Override("self", "x")})),  # type: ignore[arg-type]
        "guards must be a list of names",
    ),
    "an override for nobody": (
        _roster(guards=elastic.Guards(overrides={"ada": elastic.Override(("self",), "x")})),
        "'ada' is not an e-mail address",
    ),
    "a member's address None": (lambda: elastic.Member("ada", email=None, roles=[]), "an e-mail address is text"),  # type: ignore[arg-type]
    "a member's roles from a generator": (
        lambda: elastic.Member("ada", email=ADA, roles=(x for x in ["billing-admin"])),  # type: ignore[arg-type]
        "roles must be a list such as",
    ),
    "an invitation with everything wrong": (
        lambda: elastic.Invitation("ada", email="ada", roles=["admin"], expires_in="soon"),
        "expires_in: must be a number",
    ),
}

_ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.binary(max_size=4)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.text(max_size=5), inner, max_size=3),
        st.lists(inner, max_size=2).map(tuple),
        st.lists(inner, max_size=2).map(iter),
    ),
    max_leaves=6,
)
FUZZED = st.fixed_dictionaries(
    {
        "members": st.one_of(
            _ANYTHING,
            st.dictionaries(addresses.FUZZED, st.one_of(_ANYTHING, st.lists(roles.FUZZED, max_size=2)), max_size=3),
        ),
        "single_sign_on": _ANYTHING,
        "guards": st.one_of(
            _ANYTHING,
            st.builds(
                elastic.Guards,
                max_removals=_ANYTHING,
                min_admins=_ANYTHING,
                protected=_ANYTHING,
                allowed_domains=_ANYTHING,
                owner_tag=_ANYTHING,
                overrides=st.one_of(
                    _ANYTHING,
                    st.dictionaries(st.one_of(st.none(), st.integers(), st.text(max_size=9)), _ANYTHING, max_size=1),
                ),
            ),
        ),
        "max_resends": _ANYTHING,
        "expires_in": _ANYTHING,
    }
)


def wrong(arguments: dict[str, Any]) -> tuple[bool, list[str]]:
    """Judges the arguments of one roster: as for `addresses.wrong`."""
    mistakes = [
        *wrong_members(arguments["members"]),
        *wrong_people("single_sign_on", arguments["single_sign_on"]),
        *wrong_settings(arguments["guards"], arguments["max_resends"], arguments["expires_in"]),
    ]
    if not mistakes:
        return True, []
    refused = refusal(lambda: elastic.Roster("acme", mode="additive", **arguments), pulumi.RunError)
    if refused is None:
        return False, [f"{arguments!r}: taken in spite of {mistakes}"]
    badly = shown_well(refused)
    return False, [f"{arguments!r}: {badly}"] if badly else []


def corpus() -> Tally:
    """Returns what becomes of every argument of the corpus."""
    tally = Tally("programs")
    for name, (held, meaning) in ACCEPTED.items():
        means = refusal(lambda held=held: known_grants(held()), GrantError) or format_grants(known_grants(held()))  # type: ignore[misc]
        tally.count(accepted=means == meaning, violations=() if means == meaning else [f"{name}: {means}"])
    for name, (make, reason) in REFUSED.items():
        refused = refusal(make, pulumi.RunError)
        badly = "accepted" if refused is None else shown_well(refused)
        told = refused is not None and reason in refused
        tally.count(
            accepted=False, violations=[f"{name}: {badly}"] if badly else () if told else [f"{name}: {refused}"]
        )
    return tally
