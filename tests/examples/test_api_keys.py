"""The example of API keys does what it says, on every engine."""

from __future__ import annotations

from pathlib import Path

from tests.examples.test_members import Example, example, members
from tests.support.acme import text

__all__ = ["example"]  # a fixture

LINE = ', "bea@acme.example": [elastic.billing_admin()]'


def test_a_pipeline_gets_a_key_and_whoever_leaves_takes_theirs_along(example: Example, tmp_path: Path) -> None:
    stack, emulator = example("api-keys")
    stack.environment |= {"EC_API_KEY": "key-of-acme", "EC_API_KEY_USER": "root@acme.example"}
    stack.apply()
    key = stack.engine.outputs(stack.workspace, show_secrets=True)["key"]
    assert key in emulator.cloud.keys
    assert not stack.preview().has_changes

    program = tmp_path / "__main__.py"
    assert LINE in program.read_text()
    program.write_text(program.read_text().replace(LINE, ""))
    result = stack.apply()
    assert members(emulator.cloud, "acme") == {"root@acme.example"}
    assert "key-of-bea" not in emulator.cloud.keys
    assert key in emulator.cloud.keys
    assert not stack.preview().has_changes, text(result)
