"""What `pulumi new` makes of nothing. Pulumi has its templates on the Internet; these are as short as they get."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

_TYPESCRIPT = {"strict": True, "target": "es2020", "module": "commonjs", "moduleResolution": "node"}
_GO = "github.com/pulumi/pulumi/sdk/v3"
_GO_PROGRAM = f"""\
package main

import "{_GO}/go/pulumi"

func main() {{
	pulumi.Run(func(*pulumi.Context) error {{ return nil }})
}}
"""

TEMPLATES: Mapping[str, Mapping[str, str]] = {
    "yaml": {"Pulumi.yaml": "runtime: yaml\n"},
    "typescript": {
        "Pulumi.yaml": "runtime:\n  name: nodejs\n  options:\n    packagemanager: npm\n",
        "package.json": json.dumps(
            {
                "main": "index.ts",
                "devDependencies": {"@types/node": "^20", "typescript": "^5"},
                "dependencies": {"@pulumi/pulumi": "^3.200.0"},
            }
        ),
        "tsconfig.json": json.dumps({"compilerOptions": _TYPESCRIPT, "files": ["index.ts"]}),
        "index.ts": "",
    },
    "go": {
        "Pulumi.yaml": "runtime: go\n",
        "go.mod": f"module people\n\ngo 1.24\n\nrequire {_GO} v3.200.0\n",
        "main.go": _GO_PROGRAM,
    },
}
"""Files by name, by language; what each `Pulumi.yaml` lacks is the project's name."""


def write_template(language: str, directory: Path, name: str = "${PROJECT}") -> Path:
    """Writes a template, or a project as it leaves it.

    Args:
        language: One of `TEMPLATES`.
        directory: Where to.
        name: The project's; in a template, what the CLI puts the name in place of.

    Returns:
        The directory.
    """
    directory.mkdir(parents=True, exist_ok=True)
    for file, text in TEMPLATES[language].items():
        head = f"name: {name}\ndescription: from a template\n" if file == "Pulumi.yaml" else ""
        (directory / file).write_text(f"{head}{text}", "utf-8")
    return directory
