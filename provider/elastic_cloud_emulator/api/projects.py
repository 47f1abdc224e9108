"""Serverless projects."""

from typing import Any

from flask import Blueprint

from ..clock import format_instant
from ..errors import InvalidData, ResourceNotFound
from ..model import PROJECT_TYPES, Project
from .context import body, caller, cloud, paged

APPLICATIONS = {
    "elasticsearch": {"elasticsearch": "es", "kibana": "kb"},
    "observability": {"elasticsearch": "es", "kibana": "kb", "apm": "apm", "ingest": "ingest"},
    "security": {"elasticsearch": "es", "kibana": "kb", "ingest": "ingest"},
}

blueprint = Blueprint("projects", __name__, url_prefix="/serverless/projects")

_TYPE = f"<any({', '.join(PROJECT_TYPES)}):project_type>"


@blueprint.get(f"/{_TYPE}")
def list_projects(project_type: str) -> dict[str, Any]:
    return paged("items", [_project_json(project) for project in _projects(project_type)])


@blueprint.get(f"/{_TYPE}/<project_id>")
def get_project(project_type: str, project_id: str) -> dict[str, Any]:
    return _project_json(_project(project_type, project_id))


@blueprint.patch(f"/{_TYPE}/<project_id>")
def update_project(project_type: str, project_id: str) -> dict[str, Any]:
    """Changes its tags, of which one without a value goes; nothing else of a project can be updated here."""
    project = _project(project_type, project_id)
    tags = body().get("metadata", {}).get("tags")
    if not isinstance(tags, dict):
        raise InvalidData("This emulator updates tags and nothing else.", "metadata")
    merged = {**project.tags, **tags}
    try:
        cloud().set_tags(project.id, {key: value for key, value in merged.items() if value is not None})
    except ValueError as error:
        raise InvalidData(str(error), "metadata") from None
    return _project_json(project)


@blueprint.get(f"/{_TYPE}/<project_id>/status")
def get_project_status(project_type: str, project_id: str) -> dict[str, Any]:
    return {"phase": _project(project_type, project_id).phase}


def _projects(project_type: str) -> list[Project]:
    return [
        project
        for organization in caller().organizations()
        for project in organization.projects.values()
        if project.type == project_type
    ]


def _project(project_type: str, project_id: str) -> Project:
    for project in _projects(project_type):
        if project.id == project_id:
            return project
    raise ResourceNotFound(f"Project {project_id} was not found.")


def _project_json(project: Project) -> dict[str, Any]:
    alias = f"p-{project.id[:12]}"
    metadata: dict[str, Any] = {
        "created_at": format_instant(project.created_at),
        "created_by": project.owner_id,
        "organization_id": project.organization_id,
    }
    if project.tags:
        metadata["tags"] = project.tags
    document: dict[str, Any] = {
        "id": project.id,
        "name": project.name,
        "alias": alias,
        "type": project.type,
        "region_id": project.region,
        "cloud_id": f"{project.name}:{project.id}",
        "metadata": metadata,
        "endpoints": {
            application: f"https://{alias}.{label}.{project.region}.elastic-cloud.example"
            for application, label in APPLICATIONS[project.type].items()
        },
    }
    if project.type == "elasticsearch":
        document["optimized_for"] = "general_purpose"
    return document
