"""The emulator as a program of its own."""

from __future__ import annotations

import contextlib
import shlex
from pathlib import Path

import click

from elastic_cloud_emulator import ACME, Cloud, Emulator, SeedError
from elastic_cloud_emulator.model import ApiKey, Organization
from elastic_cloud_emulator.roles import ORGANIZATION_ADMIN
from pulumi_elastic_org.files import file_error


def serve(seed: Path | None, port: int, latency: float) -> None:
    """Runs the emulator until it is interrupted.

    Args:
        seed: What is there at first; `None` for the example.
        port: Where it listens; 0 lets the system choose.
        latency: How long each call takes, in seconds.

    Raises:
        click.ClickException: The seed cannot be read, or the port is taken.
    """
    try:
        emulator = Emulator(seed or ACME, port=port)
        emulator.switches.latency = latency
        emulator.start()
    except SeedError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(
            f"cannot listen on port {port} ({file_error(error)}): choose another by --port"
        ) from None
    try:
        with contextlib.suppress(KeyboardInterrupt):
            click.echo(f"Elastic Cloud, emulated on {emulator.endpoint} until Ctrl-C. In another terminal:\n")
            for name, value in environment(emulator).items():
                click.echo(f"export {name}={shlex.quote(value)}")
            for line in other_keys(emulator.cloud):
                click.echo(line)
            emulator.serve_forever()
    finally:
        emulator.stop()


def environment(emulator: Emulator) -> dict[str, str]:
    """Returns the environment variables that lead the provider to a started emulator, and say whose key it is.

    Args:
        emulator: Where the endpoint, the first administrator's key and their organization are found, as far as there are any.
    """
    return {"EC_ENDPOINT": emulator.endpoint, **_first_administrator(emulator.cloud)}


def other_keys(cloud: Cloud) -> list[str]:
    """Returns lines that tell every key but the one of `environment`, with its user, and where they belong.

    Args:
        cloud: The emulator's.
    """
    first = _first_administrator(cloud).get("EC_API_KEY")
    lines = []
    with cloud.lock:
        for key in cloud.keys.values():
            if key.secret != first:
                names = [one.name for one in _organizations(cloud, key)]
                where = f"of {', '.join(names)}" if names else "who belongs nowhere yet"
                lines.append(f"  {key.secret}  {cloud.users[key.user_id].email}, {where}")
    return ["", "All other keys, for EC_API_KEY:", *lines] if lines else []


def _first_administrator(cloud: Cloud) -> dict[str, str]:
    with cloud.lock:
        for key in cloud.keys.values():
            for organization in _organizations(cloud, key):
                if organization.members[key.user_id].roles.holds(ORGANIZATION_ADMIN):
                    return {
                        "EC_API_KEY": key.secret,
                        "EC_API_KEY_USER": cloud.users[key.user_id].email,
                        "EC_ORGANIZATION_ID": organization.id,
                    }
    return {}


def _organizations(cloud: Cloud, key: ApiKey) -> list[Organization]:
    return [one for one in cloud.memberships(key.user_id) if key.organization_id in (None, one.id)]
