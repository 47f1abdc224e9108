"""`elastic-org record`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from pulumi_elastic_org.actionable import ActionableError
from pulumi_elastic_org.cli.credentials import connect
from pulumi_elastic_org.cli.exit_codes import ExitCode
from pulumi_elastic_org.cli.runs.procedures import agree
from pulumi_elastic_org.files import write_private
from pulumi_elastic_org.model.printable import json_text, printable
from pulumi_elastic_org.recording.document import recording_schema
from pulumi_elastic_org.recording.probes import PROBES, READS, REFUSED, WRITES
from pulumi_elastic_org.recording.recorder import Heard, Recorder


def _write_schema(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(recording_schema(), nl=False)
        context.exit()


@click.command(
    epilog="""\b
Environment:
  EC_API_KEY   an API key of an owner of the test organization
  EC_ENDPOINT  the address of the API  [default: Elastic Cloud's own]"""
)
@click.option("--organization", required=True, metavar="ID", help="The test organization; nothing else says which.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default="elastic-org-recording.json",
    show_default=True,
    help="Where to write; must not exist.",
)
@click.option("-y", "--yes", is_flag=True, help="Act without asking.")
@click.option(
    "--schema",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_write_schema,
    help="Write the JSON Schema of a recording, and do nothing else.",
)
def record(organization: str, output: Path, yes: bool) -> ExitCode:
    """Record how Elastic Cloud answers, in an organization that is for tests by its name, so that the emulator can be held to it.

    The calls are fixed and harmless: they look, ask for what there is not, and make three invitations that nobody gets and two
    API keys, which are taken away again. The file holds made-up values in place of every address, id, key and name."""
    if output.exists():
        raise click.UsageError(f"{output} exists: choose another place with --output")
    if not output.parent.is_dir():
        raise click.UsageError(f"there is no directory {output.parent}: choose another place with --output")
    heard = Heard()
    recorder = Recorder(connect("EC_API_KEY", transport=heard), heard, organization, _say)
    name = recorder.check()
    _explain(organization, name, recorder.leftovers())
    agree(f"Record in organization {organization} ({name})?", yes)
    with _cleaned_up(recorder):
        recorder.clean_up()
        recorder.play(PROBES)
    recording = recorder.recording()
    write_private(output, json_text(recording.model_dump(mode="json")) + "\n", new=True)
    click.echo(
        f"{output}: {len(recording.exchanges)} calls and their answers, with made-up values. Look at it before you send it."
    )
    return ExitCode.SUCCESS


def _explain(organization: str, name: str, left: tuple[str, ...]) -> None:
    _say(
        f"In organization {organization} ({name}), {len(READS)} calls look, {len(REFUSED)} ask for what there is not, "
        "and these write:"
    )
    for one in left:
        _say(f"- takes away {one}, which an earlier recording left")
    for probe in WRITES:
        if probe.writes:
            _say(f"- {probe.writes}")
    _say("Whatever happens, what was made is taken away at the end.")


@contextmanager
def _cleaned_up(recorder: Recorder) -> Iterator[None]:
    """Takes away what was made, also after a failure and Ctrl-C, and says what is left."""
    try:
        yield
    finally:
        _say("takes away what is left of it")
        try:
            recorder.clean_up()
        except (ActionableError, KeyboardInterrupt):
            _say(
                f"What was made may still be there: invitations and API keys whose names begin with {recorder.own_names}. "
                "They end by themselves, within 24 hours. Run the same command again, which takes them away first, "
                "or delete them in the console."
            )
            raise


def _say(text: str) -> None:
    click.echo(printable(text), err=True)
