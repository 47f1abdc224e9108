"""Fetches Elasticsearch's distribution for integration tests from Maven Central, once, into a cache outside the checkout.

It is Elasticsearch with its security and without its command-line tools; a small launcher and a plugin with stand-ins for what it
leaves out are compiled beside it. ``ELASTIC_ORG_TEST_CACHE`` moves the cache from its default, ``~/.cache/pulumi-elastic-org``.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

VERSION = "8.19.21"
ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
CACHE = Path(os.environ.get("ELASTIC_ORG_TEST_CACHE") or Path.home() / ".cache" / "pulumi-elastic-org")
JAVA_RELEASE = 17
SOURCES = Path(__file__).parent / "java"
_LEFT_OUT = ("modules/apm", "lib/tools", "lib/cli-launcher", "lib/java-version-checker")
_DESCRIPTOR = f"""\
description=stand-ins for what the distribution for integration tests leaves out
version=1
name=testkit
classname=testkit.TestKitPlugin
java.version={JAVA_RELEASE}
elasticsearch.version={VERSION}
"""


def why_unavailable() -> str | None:
    """Returns why no node can be started on this machine, or ``None`` where one can."""
    missing = [tool for tool in ("java", "javac", "mvn") if shutil.which(tool) is None]
    if missing:
        return f"a real Elasticsearch needs {', '.join(missing)} on PATH"
    said = subprocess.run(["javac", "-version"], capture_output=True, text=True, check=False)
    found = re.search(r"\d+", said.stdout + said.stderr)
    if found is None or int(found[0]) < JAVA_RELEASE:
        return f"a real Elasticsearch needs Java {JAVA_RELEASE} or newer"
    return None


def distribution() -> Path:
    """Returns the folder with ``home`` (Elasticsearch) and ``classes`` (its launcher), fetched and compiled when it is not there.

    Raises:
        RuntimeError: It cannot be fetched or compiled; the message has what the tool said.
    """
    sources = sorted(SOURCES.rglob("*.java"))
    fingerprint = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:8]
    place = CACHE / f"elasticsearch-{VERSION}-{fingerprint}"
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several test processes may want it at once
        if not place.is_dir():
            with tempfile.TemporaryDirectory(dir=CACHE) as directory:
                built = Path(directory, "built")
                _unpack(_archive(), built)
                _compile(built)
                built.rename(place)
    return place


def _archive() -> Path:
    archive = CACHE / f"elasticsearch-{VERSION}.zip"
    if not archive.is_file():
        with tempfile.TemporaryDirectory(dir=CACHE) as directory:
            copy = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
            _run("mvn", "-B", "-q", copy, f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={directory}", cwd=directory)
            Path(directory, archive.name).rename(archive)
    return archive


def _unpack(archive: Path, place: Path) -> None:
    with zipfile.ZipFile(archive) as content:
        content.extractall(place / "zip")
    home = place / "home"
    home.mkdir()
    for part in ("lib", "modules"):
        (place / "zip" / f"elasticsearch-{VERSION}" / part).rename(home / part)
    shutil.rmtree(place / "zip")
    for part in _LEFT_OUT:
        shutil.rmtree(home / part, ignore_errors=True)
    for descriptor in home.glob("modules/*/plugin-descriptor.properties"):
        # Everything is on one class path: there is no named module of the server that theirs could be made for.
        lines = descriptor.read_text().splitlines(keepends=True)
        descriptor.write_text("".join(line for line in lines if not line.startswith("modulename")))


def _compile(place: Path) -> None:
    libraries = os.pathsep.join(str(jar) for jar in (place / "home" / "lib").glob("*.jar"))
    plugin = place / "home" / "plugins" / "testkit"
    plugin.mkdir(parents=True)
    for folder, target in (("launcher", place / "classes"), ("testkit", place / "kit")):
        sources = [str(source) for source in (SOURCES / folder).glob("*.java")]
        _run(
            "javac", "-nowarn", "--release", str(JAVA_RELEASE), "-cp", libraries, "-d", str(target), *sources, cwd=place
        )
    with zipfile.ZipFile(plugin / "testkit.jar", "w") as jar:
        for compiled in (place / "kit").rglob("*.class"):
            jar.write(compiled, compiled.relative_to(place / "kit"))
    shutil.rmtree(place / "kit")
    (plugin / "plugin-descriptor.properties").write_text(_DESCRIPTOR)


def _run(*command: str, cwd: Path | str) -> None:
    said = subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)
    if said.returncode != 0:
        raise RuntimeError(f"{command[0]} failed: {(said.stdout + said.stderr)[-2000:]}")
