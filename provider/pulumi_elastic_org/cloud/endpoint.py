"""Where Elastic Cloud is, apart from how to talk to it: a Pulumi program needs the one and not the libraries of the other."""

DEFAULT_ENDPOINT = "https://api.elastic-cloud.com"
"""Elastic Cloud's public API, the default of Elastic's own clients."""
