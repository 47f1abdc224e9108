"""`elastic-org emulator`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click


@click.command()
@click.option(
    "--seed",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A YAML file that says what is there at first.  [default: the example acme, with sixty people]",
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Where to listen; 0 lets the system choose.")
@click.option("--latency", type=click.FloatRange(min=0), default=0.0, metavar="SECONDS", help="How long a call takes.")
def emulator(seed: Path | None, port: int, latency: float) -> None:
    """Run an Elastic Cloud on loopback until Ctrl-C: nothing in it is real, and nothing is kept."""
    with needs_emulator("emulator"):
        from pulumi_elastic_org.cli.demo.emulation import serve  # noqa: PLC0415 - needs the optional dependency
    serve(seed, port, latency)


@contextmanager
def needs_emulator(what: str) -> Iterator[None]:
    """Makes one clear line of a dependency that is missing.

    Args:
        what: What needs it.

    Raises:
        click.ClickException: It is.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise click.ClickException(
            f"the {what} needs {error.name}: pip install 'pulumi-elastic-org[emulator]'"
        ) from None
