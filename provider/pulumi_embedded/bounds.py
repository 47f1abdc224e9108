"""The bounds of the embedded engine: what of the SDK's requests it honours, what it may leave out, and what it refuses.

A request may carry nothing but what is listed here. What is not listed is refused, so that an option that a later SDK
adds is refused by its name and never silently left out. The meaning of each field is that of Pulumi's protocol
(https://github.com/pulumi/pulumi, `proto/pulumi/resource.proto`).
"""

from __future__ import annotations

from google.protobuf.message import Message
from google.protobuf.unknown_fields import UnknownFieldSet

from .unsupported import Unsupported

HONOURED: dict[str, frozenset[str]] = {
    "RegisterResourceRequest": frozenset(
        (
            "additionalSecretOutputs",
            "custom",
            "deleteBeforeReplace",
            "deleteBeforeReplaceDefined",
            "dependencies",
            "name",
            "object",
            "parent",
            "propertyDependencies",
            "protect",
            "provider",
            "retainOnDelete",
            "type",
        )
    ),
    "ReadResourceRequest": frozenset(
        ("additionalSecretOutputs", "dependencies", "id", "name", "parent", "properties", "provider", "type")
    ),
    "RegisterResourceOutputsRequest": frozenset(("outputs", "urn")),
}

HARMLESS: dict[str, str] = {
    "acceptResources": "the SDK takes references to resources; it is never sent one",
    "acceptSecrets": "the SDK takes secrets; they are always marked",
    "accepts_byte_string": "the SDK takes texts of bytes; it is never sent one",
    "aliasSpecs": "the form of the aliases, and those are refused",
    "parentStackTraceHandle": "where in the program the resource is made",
    "providers": "the SDK has resolved them for each child; they are for remote components, which are refused",
    "sourcePosition": "where in the program the resource is made",
    "stackTrace": "where in the program the resource is made",
    "supportsPartialValues": "the SDK takes partly unknown values, and is sent such",
    "supportsResultReporting": "the SDK takes failures as results; after a failure the program ends instead",
}
"""Fields that may be left out, each with the reason."""

_NAMES: dict[str, str] = {
    "aliasURNs": "the option aliases",
    "aliases": "the option aliases",
    "customTimeouts": "the option custom_timeouts",
    "deletedWith": "the option deleted_with",
    "envVarMappings": "the option env_var_mappings",
    "hideDiffs": "the option hide_diffs",
    "hooks": "resource hooks",
    "ignoreChanges": "the option ignore_changes",
    "importId": "the option import_",
    "packageRef": "parameterized packages",
    "pluginChecksums": "plugins of a certain checksum",
    "pluginDownloadURL": "the option plugin_download_url",
    "remote": "remote components",
    "replaceOnChanges": "the option replace_on_changes",
    "replace_with": "the option replace_with",
    "replacement_trigger": "the option replacement_trigger",
    "snippetId": "programs made of snippets",
    "state_migrations": "state migrations",
    "transforms": "resource transforms",
    "version": "the option version",
}

_CALLS: dict[str, str] = {
    "Call": "methods of resources (calls)",
    "ExistsResource": "asking whether a resource exists",
    "Invoke": "functions of providers (invokes)",
    "RegisterErrorHook": "error hooks",
    "RegisterPackage": "parameterized packages",
    "RegisterResourceHook": "resource hooks",
    "RegisterStackInvokeTransform": "invoke transforms",
    "RegisterStackTransform": "resource transforms",
    "RequirePulumiVersion": "programs that require a version of the Pulumi CLI",
    "StartDebugging": "debugging",
}


def refuse_beyond(request: Message) -> None:
    """Refuses a request that carries anything that is neither honoured nor harmless.

    Args:
        request: A request of which `HONOURED` knows the type.

    Raises:
        Unsupported: It does; the message names the first such thing.
    """
    kind = request.DESCRIPTOR.name
    for field, value in request.ListFields():
        empty = isinstance(value, Message) and value.ByteSize() == 0  # the SDK always sends the message for hooks
        if field.name not in HONOURED[kind] and field.name not in HARMLESS and not empty:
            raise Unsupported(_NAMES.get(field.name, f"{field.name} in a {kind}"))
    newer = UnknownFieldSet(request)
    if len(newer):
        raise Unsupported(f"what a newer SDK than its own asks for (field {newer[0].field_number} of a {kind})")


def name_of_call(method: str) -> str:
    """What a call of a service is for, in words that follow "does not do"."""
    return _CALLS.get(method, f"the call {method}")
