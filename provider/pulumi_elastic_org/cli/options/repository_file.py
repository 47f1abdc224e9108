"""A snapshot repository from a YAML file; its credentials are named there and come from the environment.

::

    name: moving
    type: s3
    settings:
      bucket: acme-backups
      base_path: move-to-globex
    secure_settings:                              # keystore entry: environment variable
      s3.client.default.access_key: AWS_ACCESS_KEY_ID
      s3.client.default.secret_key: AWS_SECRET_ACCESS_KEY
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from pulumi_elastic_org.files import read_text
from pulumi_elastic_org.roster_file.yaml_source import Mapping as YamlMapping
from pulumi_elastic_org.roster_file.yaml_source import Text, locate, read_mapping
from pulumi_elastic_org.snapshots.repositories import Repository, normalized

_TEXTS = ("name", "type")
_MAPPINGS = ("settings", "secure_settings")


def load_repository(path: Path, environment: Mapping[str, str]) -> Repository:
    """Reads a repository.

    Args:
        path: The file.
        environment: Where the values of its secure settings are.

    Raises:
        click.ClickException: The file cannot be read or has mistakes, or a variable is not set; all of them are listed.
    """
    try:
        text = read_text(path)
    except OSError as error:
        raise click.ClickException(f"{path} cannot be read: {error.strerror}") from None
    document, found = read_mapping(text, str(path))
    mistakes = [str(one) for one in found]
    if document is not None:
        mistakes += _shape_mistakes(document, path)
    if document is None or mistakes:
        raise click.ClickException("\n".join(mistakes))
    values: dict[str, Any] = {str(key): value for key, value in document.items()}
    variables: dict[str, str] = values.get("secure_settings") or {}
    unset = sorted({variable for variable in variables.values() if not environment.get(variable)})
    if unset:
        raise click.ClickException(f"{path} takes credentials from the environment, and there is no {', '.join(unset)}")
    return Repository(
        str(values["name"]),
        str(values["type"]),
        normalized(values.get("settings") or {}),
        {str(entry): environment[variable] for entry, variable in variables.items()},
    )


def _shape_mistakes(document: YamlMapping, path: Path) -> Iterator[str]:
    for key, value in document.items():
        if key not in _TEXTS + _MAPPINGS:
            yield _at(document, path, key, f"{key}: is not one of {', '.join(_TEXTS + _MAPPINGS)}")
        elif key in _TEXTS and not isinstance(value, Text):
            yield _at(document, path, key, f"{key}: is a string")
        elif key in _MAPPINGS and not (
            value is None or (isinstance(value, YamlMapping) and all(isinstance(one, Text) for one in value.values()))
        ):
            yield _at(document, path, key, f"{key}: holds one value a line, such as 'bucket: acme-backups'")
    yield from (f"{path}: {missing} is missing" for missing in _TEXTS if missing not in document)


def _at(document: YamlMapping, path: Path, key: str, message: str) -> str:
    mark = locate(document, (key,))
    return f"{path}:{mark.line}:{mark.column}: {message}"
