"""Resource options and kinds of resources that both engines do."""

from __future__ import annotations

from tests.support.things_stack import Stack, ops


def test_a_protected_resource_is_not_deleted(stack: Stack) -> None:
    stack.apply('Thing("one", {"value": "a"}, ResourceOptions(protect=True))')
    stack.program("")
    assert "protect" in stack.preview().errors[0]
    assert not stack.up().succeeded
    assert not stack.destroy().succeeded
    assert "delete" not in stack.call_names
    assert stack.state("one")["protect"] is True


def test_a_protected_resource_is_not_replaced_unless_unprotected_with_it(stack: Stack) -> None:
    stack.apply('Thing("one", {"value": "a", "kind": "small"}, ResourceOptions(protect=True))')
    stack.program('Thing("one", {"value": "a", "kind": "large"}, ResourceOptions(protect=True))')
    assert "protect" in stack.preview().errors[0]
    stack.program('Thing("one", {"value": "a", "kind": "large"})')
    assert ops(stack.up()) == {"one": "replace"}


def test_retain_on_delete_forgets_without_deleting(stack: Stack) -> None:
    stack.apply('Thing("one", {"value": "a"}, ResourceOptions(retain_on_delete=True))')
    stack.program("")
    assert ops(stack.up()) == {"one": "delete"}
    assert "delete" not in stack.call_names
    assert "one" not in {item["urn"].split("::")[-1] for item in stack.resources}


def test_components_are_parents_with_inputs_and_outputs(stack: Stack) -> None:
    program = """
    class Group(pulumi.ComponentResource):
        def __init__(self, name, size):
            super().__init__("trial:index:Group", name, {"size": size})
            child = Thing("child", {"value": "a"}, ResourceOptions(parent=self))
            self.register_outputs({"made": child.made})

    Group("group", 1)
    """
    stack.apply(program)
    assert stack.state("group")["outputs"] == {"made": "made a"}
    child = stack.state("child")
    assert child["parent"] == stack.state("group")["urn"]
    assert "trial:index:Group$pulumi-python:dynamic/trial:Thing" in child["urn"]
    stack.program(program.replace('"group", 1', '"group", 2'))
    assert ops(stack.up()) == {"group": "update", "child": "same"}


def test_an_explicit_provider_has_its_own_configuration(stack: Stack) -> None:
    program = """
    other = pulumi.ProviderResource("pulumi-python", "other", {"trial:key": "theirs"})
    Thing("one", {"value": "a"}, ResourceOptions(provider=other))
    Thing("two", {"value": "b"})
    """
    stack.configure({"config": {"trial:key": "ours"}})
    stack.apply(program)
    assert "providers:pulumi-python::other::" in stack.state("one")["provider"]
    stack.program(program.replace("theirs", "rotated"))
    result = stack.up()
    assert ops(result) == {"other": "update", "one": "same", "two": "same"}
    configured = {call[1] for call in stack.calls if call[0] == "configure"}
    assert configured == {"ours", "rotated"}
    stack.forget_calls()
    stack.program("")
    assert ops(stack.up()) == {"other": "delete", "one": "delete", "two": "delete"}
    assert ["configure", "rotated"] in stack.calls


def test_a_resource_by_id_is_read_and_never_deleted(stack: Stack) -> None:
    stack.cloud(theirs={"made": "made by them"})
    stack.program('pulumi.export("made", Thing("one", {}, ResourceOptions(id="theirs")).made)')
    assert ops(stack.preview()) == {"one": "read"}
    result = stack.up()
    assert (ops(result), result.outputs) == ({"one": "read"}, {"made": "made by them"})
    assert stack.state("one")["external"] is True
    stack.program("")
    assert ops(stack.up()) == {"one": "discard"}
    assert "delete" not in stack.call_names


def test_a_resource_that_moves_to_another_provider_is_compared_by_that_one(stack: Stack) -> None:
    program = """
    first = pulumi.ProviderResource("pulumi-python", "first", {"trial:key": "a"})
    second = pulumi.ProviderResource("pulumi-python", "second", {"trial:key": "b"})
    Thing("one", {"value": "a"}, ResourceOptions(provider=first))
    """
    stack.apply(program)
    stack.program(program.replace("provider=first", "provider=second"))
    assert ops(stack.up()) == {"first": "same", "second": "same", "one": "same"}
    assert ["configure", "a"] not in stack.calls
    assert "providers:pulumi-python::second::" in stack.state("one")["provider"]
