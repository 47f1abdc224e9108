"""A stand-in for a DNS provider: it publishes TXT records in the emulator's world."""

import os
from typing import Any

import pulumi
import requests
from pulumi.dynamic import CreateResult, Resource, ResourceProvider


class _Provider(ResourceProvider):
    def create(self, props: dict[str, Any]) -> CreateResult:
        record = {"name": props["name"], "value": props["value"]}
        requests.post(f"{os.environ['EC_ENDPOINT']}/_emulator/txt-records", json=record, timeout=10).raise_for_status()
        return CreateResult(record["name"], record)


class TxtRecord(Resource):
    def __init__(self, resource: str, name: pulumi.Input[str], value: pulumi.Input[str]) -> None:
        super().__init__(_Provider(), resource, {"name": name, "value": value})
