"""The resources of the schema as Java classes, in the forms of Pulumi's generator, for a machine without that generator.

The forms are those of https://www.pulumi.com/docs/iac/languages-sdks/java: a resource with getters of outputs, and arguments with a
builder whose lists take any number of values.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

PACKAGE = "com.pulumi.elasticorg"

_RESOURCE = """package {package};

import com.pulumi.core.Output;
import java.util.Optional;

public class {name} extends com.pulumi.resources.CustomResource {{
    public {name}(String name, {name}Args args) {{
        super("elastic-org:index:{name}", name, args, null);
    }}
{getters}}}
"""
_GETTER = """
    public Output<Optional<Object>> {name}() {{
        return Output.of(Optional.empty());
    }}
"""
_ARGUMENTS = """package {package};

public final class {name}Args extends com.pulumi.resources.ResourceArgs {{
    public static Builder builder() {{
        return new Builder();
    }}

    public static final class Builder {{
{setters}
        public {name}Args build() {{
            return new {name}Args();
        }}
    }}
}}
"""
_SETTER = """        public Builder {name}({type} value) {{
            return this;
        }}
"""
_OF_EVERY_OBJECT = {"wait", "notify", "clone", "finalize"}
"""Names that Java has for methods of its own; the generator writes them with an underscore."""
_TYPES = {"array": "String...", "object": "java.util.Map<String, ?>", "boolean": "Boolean", "integer": "Integer"}


def write_stand_in(schema: Mapping[str, Any], directory: Path) -> None:
    """Writes the classes.

    Args:
        schema: The package's.
        directory: Where sources begin.
    """
    target = directory.joinpath(*PACKAGE.split("."))
    target.mkdir(parents=True)
    for token, resource in schema["resources"].items():
        name = token.rpartition(":")[2]
        getters = "".join(_GETTER.format(name=_method(one)) for one in resource["properties"])
        setters = "".join(
            _SETTER.format(name=_method(one), type=_TYPES.get(value.get("type", ""), "String"))
            for one, value in resource["inputProperties"].items()
        )
        files = {
            name: _RESOURCE.format(package=PACKAGE, name=name, getters=getters),
            f"{name}Args": _ARGUMENTS.format(package=PACKAGE, name=name, setters=setters),
        }
        for file, text in files.items():
            (target / f"{file}.java").write_text(text, "utf-8")


def _method(name: str) -> str:
    return f"{name}_" if name in _OF_EVERY_OBJECT else name
