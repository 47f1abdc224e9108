"""The same through whole engines: what is refused is refused at once and before any write, what is accepted means one thing."""

from __future__ import annotations

from tests.inputs.tally import shown_well
from tests.support.acme import ADMIN, SECOND_ADMIN, Acme, Stack, acme, emulator, stack, text

__all__ = ["acme", "emulator", "stack"]  # fixtures

PROGRAM = """
elastic.Roster(
    "acme",
    members={
        "ada@acme.example": None,
        "ADA@acme.example": ["admin", "deployment-editor"],
        "bob@acme.example": (role for role in ["billing-admin"]),
        "\\u0430da@acme.example": [],
        "cy\\u202e@acme.example": [],
        "di@acme.example\\n::error::": [["billing-admin"]],
    },
    mode="Authoritative",
    guards=elastic.Guards(protected="ada@acme.example", max_removals="all"),
    max_resends=-1,
    expires_in="three days",
)
"""
WRONG_IN_THE_PROGRAM = (
    "ada@acme.example: roles must be a list such as",
    "ADA@acme.example: is the same address as ada@acme.example",
    "ADA@acme.example: cannot read 'admin' at character 1: 'admin' is not a known role",
    "deployment-editor needs 'on all'",
    "bob@acme.example: roles must be a list such as",
    r"cy\u202e@acme.example' is not an e-mail address: it contains an invisible character",
    r"di@acme.example\n\x3a:error::: a role is text or made by a function",
    "mode: must be 'authoritative' or 'additive', not 'Authoritative'",
    "guards: protected: must be a list such as",
    "max_removals must be a number or a share such as '25%', not 'all'",
    "max_resends: must be a whole number",
    "expires_in: must be a number and s, m, h or d",
)
FILE = """\
mode: authoritative
max_resends: -1
targets: {search: ../../users}
members:
  ada@acme.example: [admin]
  ADA@acme.example: [deployment-editor on search]
  \u0430da@acme.example: []
  ada@acme.example: []
"""
WRONG_IN_THE_FILE = (
    "roster.yaml:2:1: 'max_resends' takes a whole number, 0 or more",
    "roster.yaml:3:11: '../../users' is not an id",
    "roster.yaml:5:22: 'admin' is not a known role",
    "roster.yaml:6:3: 'ADA@acme.example' is already on line 5",
    "roster.yaml:8:3: 'ada@acme.example' is already on line 5",
)


def refused(stack: Stack, acme: Acme) -> str:
    """What is said of a program that is refused, by preview and by update alike."""
    said = []
    for run in (stack.preview, stack.up):
        result = run()
        assert not result.succeeded
        said.append(
            "\n".join(line for line in text(result).splitlines() if line.startswith(("the roster", "  - ", "roster.")))
        )
    assert said[0] == said[1]
    assert shown_well(said[0]) is None
    assert "Traceback" not in text(result)
    assert acme.emulator.calls.all() == []
    return said[0]


def test_every_mistake_of_a_program_is_named_before_anything_is_asked(stack: Stack, acme: Acme) -> None:
    stack.program(PROGRAM)
    said = refused(stack, acme)
    for what in WRONG_IN_THE_PROGRAM:
        assert what in said


def test_every_mistake_of_a_file_is_named_with_its_place_before_anything_is_asked(stack: Stack, acme: Acme) -> None:
    (stack.directory / "roster.yaml").write_text(FILE)
    stack.program("elastic.Roster.from_file('acme', 'roster.yaml')")
    said = refused(stack, acme)
    for what in WRONG_IN_THE_FILE:
        assert what in said


def test_a_target_that_is_known_late_and_is_no_id_is_refused_before_anything_is_written(
    stack: Stack, acme: Acme
) -> None:
    stack.program(
        "late = pulumi.Output.from_input('../../users')\n"
        "nothing = pulumi.Output.from_input(None)\n"
        "elastic.Roster('acme', members={\n"
        "    'ada@acme.example': [elastic.deployment('editor', on=[late])],\n"
        "    'bob@acme.example': [elastic.deployment('editor', on=[nothing])],\n"
        "}, mode='additive')\n"
    )
    result = stack.up()
    assert not result.succeeded
    assert "ada@acme.example: '../../users': not the id of a deployment or project" in text(result)
    assert "bob@acme.example: cannot read" in text(result)
    assert "Traceback" not in text(result)
    assert {call.method for call in acme.emulator.calls.all()} <= {"GET"}


def test_one_person_in_several_spellings_is_one_person(stack: Stack, acme: Acme) -> None:
    acme.join("Jose\u0301@B\u00dcCHER.example")
    acme.join("Ada@Acme.Example")
    stack.roster(
        {"jos\u00e9@xn--bcher-kva.example": [], "ADA@acme.example": [], "\u0438\u0432\u0430\u043d@acme.example": []}
    )
    stack.apply()
    assert acme.invited() == {"\u0438\u0432\u0430\u043d@acme.example"}
    assert acme.people().keys() == {ADMIN, SECOND_ADMIN, "Jose\u0301@B\u00dcCHER.example", "Ada@Acme.Example"}
    assert not stack.preview().has_changes


def test_an_invitation_to_a_look_alike_is_named_in_the_preview(stack: Stack) -> None:
    look_alike = "\u0441\u043e\u0441\u043e@acme.example"
    stack.roster({look_alike: []})
    result = stack.preview()
    assert result.succeeded
    assert rf"! {look_alike}: reads like coco@acme.example and is another address: \u0441\u043e" in text(result)
