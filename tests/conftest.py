"""What every test needs: no settings of the machine's own, and every engine that there is."""

from __future__ import annotations

import os
import shutil

import pytest

# Set before anything imports Pulumi's SDK or starts a process: the tests use no account and no stack of the machine's owner.
for name in [name for name in os.environ if name.startswith(("EC_", "ELASTIC_ORG_", "PULUMI_"))]:
    del os.environ[name]
os.environ["PULUMI_CONFIG_PASSPHRASE"] = "correct horse battery staple"
os.environ["PULUMI_SKIP_UPDATE_CHECK"] = "true"

needs_pulumi = pytest.mark.skipif(shutil.which("pulumi") is None, reason="the Pulumi CLI is not on PATH")
ENGINES = ["embedded", pytest.param("pulumi", marks=needs_pulumi)]
