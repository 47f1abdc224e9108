"""In which order a program's resources come, whatever the order in which it makes them.

Single sign-on is set up in one order, and taken down in the reverse, or somebody is locked out on the way: claimed domains, the
identity provider, role mappings, enforcement. So each resource depends on those before it, as if the program had said so
(`depends_on`). Pulumi keeps dependencies in state, so that a destroy knows the order too.
"""

from __future__ import annotations

from collections.abc import Sequence
from weakref import WeakKeyDictionary

import pulumi

from pulumi_elastic_org.dynamic.program import RunKey, organization_of, run_key

DOMAIN_CLAIM, IDENTITY_PROVIDER, ROLE_MAPPINGS, SETTINGS = range(4)

_made: WeakKeyDictionary[object, tuple[object, list[tuple[str, int, pulumi.Resource]]]] = WeakKeyDictionary()


def in_order(resource: pulumi.Resource, rank: int, opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions:
    """Returns a resource's options with what it depends on by its rank.

    The answer is given once the program has made its resources, which it does before the first of them is registered.

    Args:
        resource: The resource, before it is registered.
        rank: Of the names above.
        opts: Its options; resources of different explicit providers are of different organizations.
    """
    made, organization = _of_this_run(run_key()), organization_of(opts)
    made.append((organization, rank, resource))

    async def before() -> Sequence[pulumi.Resource]:
        return [one for where, earlier, one in made if where == organization and earlier < rank]

    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=pulumi.Output.from_input(before())))


def _of_this_run(key: RunKey) -> list[tuple[str, int, pulumi.Resource]]:
    known = _made.get(key.manager)
    if known is None or known[0] is not key.calls:
        known = _made[key.manager] = (key.calls, [])
    return known[1]
