"""The files of the small Pulumi projects that the tests run."""

from __future__ import annotations

PROJECT = """\
name: trial
runtime: python
main: program
"""

# A provider of things: records each call in a file, and reads what happened to a thing behind its back from another.
THINGS = """\
import json
import os
import sys
import time
from pathlib import Path

import pulumi
from grpc import ServicerContext
from pulumi.runtime.proto import provider_pb2, status_pb2
from pulumi.dynamic import CheckFailure, CheckResult, CreateResult, DiffResult, ReadResult, Resource, ResourceProvider
from pulumi.dynamic import UpdateResult

HERE = Path(os.environ["TRIAL_DIRECTORY"])


def record(*call):
    line = json.dumps(call, default=lambda value: "unknown", sort_keys=True)
    with (HERE / "calls").open("a") as calls:
        calls.write(line + "\\n")


def plain(properties):
    return {key: value for key, value in properties.items() if key != "__provider"}


def keep_what_was_done(id_, properties, *reasons):
    # What a provider in another language returns when it did a part: the details of a gRPC status, beside the error.
    frame = sys._getframe()
    while not isinstance(frame.f_locals.get("context"), ServicerContext):
        frame = frame.f_back
    done = provider_pb2.ErrorResourceInitFailed(id=id_, reasons=reasons)
    done.properties.update(properties)
    status = status_pb2.Status(code=2)
    status.details.add().Pack(done)
    frame.f_locals["context"].set_trailing_metadata([("grpc-status-details-bin", status.SerializeToString())])
    raise RuntimeError("a part of it was done")


def creates():
    return (HERE / "calls").read_text().count('["create"')


def cloud():
    path = HERE / "cloud.json"
    return json.loads(path.read_text()) if path.exists() else {}


class Things(ResourceProvider):
    serialize_as_secret_always = False

    def configure(self, req):
        sys.tracebacklimit = 0
        record("configure", req.config.get("trial:key"))

    def check(self, olds, news):
        record("check", plain(olds), plain(news))
        if "say" in news:
            print(news["say"])
        while "hold" in news:
            time.sleep(0.05)
        if news.get("fail") == "check":
            raise RuntimeError("the cloud said no")
        if "refuse" in news:
            return CheckResult(news, [CheckFailure("", news["refuse"])])
        computed = {"computed": len(news["value"])} if isinstance(news.get("value"), str) else {}
        return CheckResult({**news, **computed}, [])

    def diff(self, id_, olds, news):
        record("diff", id_, plain(olds), plain(news))
        if news.get("fail") == "diff":
            raise RuntimeError("the cloud said no")
        if "undecided" in news:
            return DiffResult()
        changed = [key for key in set(olds) | set(news) if key != "made" and olds.get(key) != news.get(key)]
        return DiffResult(
            changes=bool(changed),
            replaces=[key for key in changed if key == "kind"],
            delete_before_replace=news.get("kind") == "alone",
        )

    def create(self, props):
        record("create", plain(props))
        while "wait" in props and not (HERE / props["wait"]).exists():
            time.sleep(0.05)
        while creates() < props.get("together", 0):
            time.sleep(0.05)
        if props.get("fail") == "exit":
            os._exit(1)
        if props.get("fail") == "create":
            raise RuntimeError("the cloud said no")
        if props.get("fail") == "half":
            keep_what_was_done(f"id-{props.get('value')}", {**props, "made": "half"}, "the cloud said no", "to a part")
        return CreateResult(f"id-{props.get('value')}", {**props, "made": f"made {props.get('value')}"})

    def update(self, id_, olds, news):
        record("update", id_, plain(olds), plain(news))
        if news.get("fail") == "update":
            raise RuntimeError("the cloud said no")
        if news.get("fail") == "half":
            keep_what_was_done(id_, {**news, "made": "half"}, "the cloud said no", "to a part")
        return UpdateResult({**news, "made": f"made {news.get('value')}"})

    def delete(self, id_, props):
        record("delete", id_, plain(props))
        if props.get("fail") == "delete":
            raise RuntimeError("the cloud said no")

    def read(self, id_, props):
        record("read", id_, plain(props))
        if props.get("fail") == "read":
            raise RuntimeError("the cloud said no")
        live = cloud().get(id_, {})
        if live is None:
            return ReadResult(None, {})
        outputs = {**props, **live}
        return ReadResult(id_, outputs, {key: value for key, value in outputs.items() if key != "made"})


class Thing(Resource, module="trial", name="Thing"):
    made: pulumi.Output[str]

    def __init__(self, name, props, opts=None):
        super().__init__(Things(), name, {**props, "made": None}, opts)
"""

HEADER = """\
import pulumi
from pulumi import Output, ResourceOptions
from things import Thing

config = pulumi.Config()
"""
