"""What an engine says of the plugin's resources, in the flat form in which kinds have them; what else it says stays as it is."""

from __future__ import annotations

from dataclasses import replace

from pulumi_elastic_org.plugin.configuration import as_configured
from pulumi_elastic_org.plugin.face import face_of
from pulumi_elastic_org.review.leaving import PLUGIN
from pulumi_embedded.port import Step, StoredResource


def flat_step(step: Step) -> Step:
    """Returns a step with its inputs in the flat form.

    Args:
        step: Of any run.
    """
    if not _is_of_plugin(step.type):
        return step
    kept = face_of(step.type).kept
    old, new = (None if inputs is None else kept(inputs) for inputs in (step.old_inputs, step.new_inputs))
    return replace(step, old_inputs=old, new_inputs=new)


def flat_resource(resource: StoredResource) -> StoredResource:
    """Returns a resource with its outputs in the flat form, and the configuration of its provider under the keys of a stack's.

    Args:
        resource: Of any state.
    """
    if not _is_of_plugin(resource.type):
        return resource
    explicit = resource.provider
    configuration = as_configured(explicit, resource.configuration) if explicit else resource.configuration
    return replace(resource, outputs=face_of(resource.type).kept(resource.outputs), configuration=configuration)


def _is_of_plugin(type_token: str) -> bool:
    return type_token.startswith(f"{PLUGIN}:")
