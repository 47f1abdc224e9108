"""Single sign-on, settings and API keys of a live organization, to be written beside its people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from pulumi_elastic_org.adoption.naming import Names
from pulumi_elastic_org.model.grants import format_grants, role_texts
from pulumi_elastic_org.model.key_rotation import read_name
from pulumi_elastic_org.model.keys import ApiKey
from pulumi_elastic_org.model.mapping_changes import mapping_violations
from pulumi_elastic_org.model.printable import is_blank
from pulumi_elastic_org.model.role_mappings import RoleMapping, RoleMappingError, parse_mapping
from pulumi_elastic_org.model.signing_certificates import CertificateError, read_certificate
from pulumi_elastic_org.model.single_sign_on import IdentityProvider, Settings, provider_mistakes
from pulumi_elastic_org.roster_file.quoting import comment, quoted, scalar

_ENFORCED = "Single sign-on is enforced, and stays so. To manage that too, add enforce_authentication_method and break_glass_key."


@dataclass(frozen=True, slots=True)
class Access:
    """What there is beside people.

    Args:
        mappings: The role mappings, such that a program may declare them: all, or none.
        settings: The settings; ``None`` where they are not to be written.
        notes: What is live and is not written, and why; a line each.
        keys: The API keys, which only a program can declare, as it can those below.
        domains: The claimed domains.
        provider: The identity provider; ``None`` where there is none, or it cannot be written.
    """

    mappings: tuple[RoleMapping, ...] = ()
    settings: Settings | None = None
    notes: tuple[str, ...] = ()
    keys: tuple[ApiKey, ...] = ()
    domains: tuple[str, ...] = ()
    provider: IdentityProvider | None = None


def access(
    mappings: tuple[RoleMapping, ...],
    settings: Settings | None,
    keys: tuple[ApiKey, ...] = (),
    domains: Iterable[str] = (),
    provider: IdentityProvider | None = None,
) -> Access:
    """Returns what there is to write.

    Args:
        mappings: As Elastic Cloud shows them.
        settings: As Elastic Cloud shows them; ``None`` where they are not to be written.
        keys: As Elastic Cloud shows them.
        domains: As Elastic Cloud shows them.
        provider: As Elastic Cloud shows it; ``None`` where there is none.
    """
    mistakes = [] if provider is None else [*_provider_mistakes(provider)]
    notes = tuple(f"identity provider {provider.issuer}: {one}" for one in mistakes) if provider else ()
    beside = Access((), settings, notes, keys, tuple(sorted(domains)), None if mistakes else provider)
    reasons = [f"role mapping {one.name}: {reason}" for one in mappings if (reason := _why_unwritable(one))]
    if mappings and not reasons:
        reasons = [f"role mappings: {one.reason}" for one in mapping_violations(mappings, ())]
    if reasons:
        return replace(beside, notes=(*notes, *reasons, "so no role mapping is written"))
    return replace(beside, mappings=tuple(sorted(mappings, key=lambda one: one.name)))


def _provider_mistakes(provider: IdentityProvider) -> Iterator[str]:
    """Why no program can declare an identity provider such that it is taken over as it is."""
    yield from provider_mistakes(provider)
    for number, text in enumerate(provider.certificates, 1):
        try:
            read_certificate(text)
        except CertificateError as error:
            yield f"certificates, {number}: {error}"


def _why_unwritable(mapping: RoleMapping) -> str:
    if mapping.rule is None:
        return "its rule is of a form that is newer than this package"
    if mapping.unmodelled:
        return "it gives roles of a kind that is left alone"
    try:
        parse_mapping(mapping.name, str(mapping))
    except RoleMappingError as error:
        return str(error).partition(": ")[2]
    return ""


def _why_undeclared(key: ApiKey) -> str:
    """Why no program can declare a key such that it is taken over as it is; empty where one can."""
    if (name := read_name(key.description)) is not None:
        return f"the resource {name.resource} has created it"
    if key.grants is None or key.has_more or not key.grants:
        return f"its roles ({key.roles}) cannot be declared"
    if key.expires_at is None:
        return "it never expires, and how the API asks for that is not published"
    return "" if not is_blank(key.description) else "it has no description"


def yaml_lines(found: Access, target_names: Mapping[str, str]) -> Iterator[str]:
    """Yields the role mappings as the section of a roster file, without its first line.

    Args:
        found: What there is.
        target_names: Names of targets by id.
    """
    for mapping in found.mappings:
        if mapping.rule is None:
            continue
        conditions = ", ".join(f"{{{one.attribute}: {quoted(one.pattern)}}}" for one in mapping.rule.conditions)
        grants = (one._replace(target=target_names.get(one.target or "", one.target)) for one in mapping.grants)
        yield f"  {scalar(mapping.name)}:"
        yield f"    {mapping.rule.match}: [{conditions}]"
        yield f"    roles: [{', '.join(map(scalar, role_texts(grants)))}]"
        if not mapping.enabled:
            yield "    enabled: false"


def python_lines(found: Access, mode: str, name: str) -> Iterator[str]:
    """Yields single sign-on, the API keys without their secrets, and the settings as resources of a program.

    Args:
        found: What there is.
        mode: ``"authoritative"`` or ``"additive"``.
        name: The resources' name in Pulumi.
    """
    for domain in found.domains:
        yield ""
        yield f"elastic.DomainClaim({quoted(domain)}, domain={quoted(domain)})"
    if found.provider is not None:
        yield from _provider_lines(found.provider, name)
    if found.mappings:
        mappings = "".join(f"        {quoted(one.name)}: {quoted(str(one))},\n" for one in found.mappings)
        yield from _resource("RoleMappings", name, f"mode={quoted(mode)},", f"mappings={{\n{mappings}    }},")
    yield from _key_lines(found.keys)
    if found.settings is not None and found.settings.enforced:
        yield ""
        yield comment(_ENFORCED)
    if given := _declared_settings(found):
        yield from _resource("OrganizationSettings", name, *(f"{setting}={value}," for setting, value in given.items()))


def program_notes(found: Access) -> Iterator[str]:
    """Yields what a roster file cannot have and a program can.

    Args:
        found: What there is.
    """
    kinds = {
        "claimed domains": found.domains,
        "the identity provider": found.provider,
        "settings of the organization": _declared_settings(found),
        "API keys": [key for key in found.keys if not _why_undeclared(key)],
    }
    if present := [kind for kind, one in kinds.items() if one]:
        yield f"{', '.join(present)}: only a program has them, such as `elastic-org import --format python` writes"


def _declared_settings(found: Access) -> dict[str, str]:
    """The settings that a program declares; none where there is only the name, which every organization has."""
    given = {} if found.settings is None else found.settings.set
    given.pop("enforce_authentication_method", None)
    if not given.keys() - {"name"}:
        return {}
    return {"organization_name" if setting == "name" else setting: _written(value) for setting, value in given.items()}


def _written(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(quoted, value))}]"
    return quoted(value) if isinstance(value, str) else str(value)


def _resource(kind: str, name: str, *arguments: str) -> Iterator[str]:
    """A resource of a program; the arguments as they are written in it."""
    yield ""
    yield f"elastic.{kind}("
    yield f"    {quoted(name)},"
    yield from (f"    {argument}" for argument in arguments)
    yield ")"


def _provider_lines(provider: IdentityProvider, name: str) -> Iterator[str]:
    certificates = "".join(f'        """{read_certificate(one).pem}""",\n' for one in provider.certificates)
    yield from _resource(
        "IdentityProvider",
        name,
        f"issuer={quoted(provider.issuer)},",
        f"sso_url={quoted(provider.sso_url)},",
        f"certificates=[\n{certificates}    ],",
        f"login_identifier_prefix={quoted(provider.login_identifier_prefix)},",
        *([] if provider.enabled else ["enabled=False,"]),
    )


def _key_lines(keys: Iterable[ApiKey]) -> Iterator[str]:
    names = Names()
    for key in sorted(keys, key=lambda one: (one.description, one.id)):
        if reason := _why_undeclared(key):
            yield ""
            yield comment(f"The API key {key} is not written: {reason}.")
            continue
        yield from _resource(
            "ApiKey",
            names.give(key.description),
            f"description={quoted(key.description)},",
            f"roles={quoted(format_grants(key.grants or ()))},",
            f"expiration={quoted(key.expiration)},",
            f"adopt={quoted(key.id)},  # without its secret, which Elastic Cloud does not show again",
        )
