"""Where Elastic Cloud is, apart from how to talk to it: a Pulumi program needs the one and not the libraries of the other."""

API_PATH = "/api/v1"

DEFAULT_ENDPOINT = "https://api.elastic-cloud.com"
"""Elastic Cloud's public API, the default of Elastic's own clients."""


def plain_endpoint(endpoint: str) -> str:
    """Returns an endpoint without its path, equal for two spellings of the same.

    Args:
        endpoint: The address of the API, with or without its ``/api/v1``.
    """
    return endpoint.strip().rstrip("/").removesuffix(API_PATH).rstrip("/").lower()


BILLING_ENDPOINT = "https://cloud.elastic.co"
"""Where Elastic Cloud keeps the billing history (https://www.elastic.co/docs/api/doc/cloud-billing)."""
