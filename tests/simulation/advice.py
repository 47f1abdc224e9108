"""What an operator changes in a program since a refusal says so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from pulumi_elastic_org.model.effects import ACCEPTED_MEANWHILE
from pulumi_elastic_org.model.people import email_key
from tests.simulation.declared import Declared, SignOn
from tests.simulation.pipeline import Pipeline

_REFUSED = re.compile(r"- (?:(?P<people>\S+@\S+(?:, \S+@\S+)*(?: and \d+ more)?): )?.*\[(?P<guard>[a-z-]+)\]\.")
_KEY_REFUSED = re.compile(r"\[(key-in-use|stack-needs-key|last-owner-key)\]")
_SIGN_ON_REFUSED = re.compile(
    r"\[(enforcement|enforced-provider|owner-mapping)\]|need an enabled identity provider|the role mappings are not deleted"
)
REMOVE_PROVIDER = "Remove the identity provider first"
_PERSON = re.compile(r"[^\s,]+@[^\s,]+")


def follow(pipeline: Pipeline, declared: Declared, reason: str, tell: Callable[[str], None]) -> bool:
    """Does what a refusal advises; returns whether there was anything to do.

    Args:
        pipeline: Whose run was refused.
        declared: What its program declares, which is changed.
        reason: Why it was refused, as a person reads it.
        tell: Takes a line of the story.
    """
    followed = False
    again: Mapping[str, str] = {}
    if _KEY_REFUSED.search(reason):
        back = {name: key for name, key in pipeline.known.keys.items() if f"ApiKey {name}" in pipeline.state}
        tell("an operator keeps the API keys that somebody may use")
        declared.keys = back | declared.keys
        followed = True
    elif "adopt: there is no API key" in reason:
        tell("an operator takes out the line that adopts a key")
        declared.keys = {name: replace(key, adopt="") for name, key in declared.keys.items()}
        followed = True
    elif _SIGN_ON_REFUSED.search(reason):
        tell("an operator declares single sign-on whole, and not enforced")
        declared.sign_on, followed = SignOn(), True
    elif REMOVE_PROVIDER in reason or ACCEPTED_MEANWHILE in reason:
        followed = True  # whose provider it is removes it, or somebody by hand; who has accepted goes by running again
    elif "no valid API key" in reason:
        tell("an operator makes another API key")
        followed = True
    elif declared.apart:
        again = _put_back(pipeline, declared, tell)
    for guard, people in refusals(reason):
        tell(f"an operator follows the advice about {', '.join(people) or 'all'} ({guard})")
        followed = True
        if guard == "max-removals":
            declared.allow(max_removals="100%")
        for named in people:  # by the present address, where the program has a former one
            person = next(iter(again)) if len(again) == 1 and named not in declared.members else named
            if guard in ("self", "last-admin"):
                declared.members[person] = "organization-admin"
                declared.until.pop(person, None)
                if pipeline.leaving is not None:  # this one is to stay
                    pipeline.leaving.members.pop(person, None)
            else:
                declared.override(person, guard)
    return followed


def refusals(reason: str) -> Iterator[tuple[str, list[str]]]:
    """Yields the guards that refuse, each with whom it names."""
    for one in _REFUSED.finditer(reason):
        yield one["guard"], _PERSON.findall(one["people"] or "")


def take_out_again(pipeline: Pipeline, declared: Declared, tell: Callable[[str], None]) -> None:
    """Takes out whoever was put back, once that has been applied."""
    for person in pipeline.leaving.members if pipeline.leaving else ():
        declared.remove(person)
        tell(f"an operator takes {person} out again")
    pipeline.leaving = None


def _put_back(pipeline: Pipeline, declared: Declared, tell: Callable[[str], None]) -> Mapping[str, str]:
    """Declares whoever is about to be deleted once more: what lets them past a guard has to be applied to them first."""
    doomed = {str(kept.outputs["email"]) for kept in pipeline.state.values() if "email" in kept.outputs}
    doomed -= {one for one in doomed if email_key(one) in set(map(email_key, declared.members))}
    back = {email: pipeline.known.members[email] for email in sorted(doomed)}
    if not back:
        return back
    tell(f"an operator puts {', '.join(back)} back, to let them past the guards")
    declared.members |= back
    pipeline.leaving = pipeline.leaving or Declared()
    pipeline.leaving.members |= back
    return back
