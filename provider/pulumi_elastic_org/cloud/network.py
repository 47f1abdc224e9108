"""How Elastic Cloud's API is reached: its address, proxies, and which certificates are believed."""

from __future__ import annotations

import os
from importlib.util import find_spec
from urllib.parse import urlsplit

from requests.utils import should_bypass_proxies

from pulumi_elastic_org.certificates import authority_mistake
from pulumi_elastic_org.cloud.errors import ConfigurationError
from pulumi_elastic_org.model.printable import printable

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


_AUTHORITIES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_SCHEMES = ("http", "https", "socks4", "socks4a", "socks5", "socks5h")


def check_network(endpoint: str) -> None:
    """Refuses a proxy or a certificate authority that cannot be used, before anything is sent.

    Args:
        endpoint: The address of the API, over HTTPS.

    Raises:
        ConfigurationError: The message names the variable, and the file.
    """
    authority = next((name for name in _AUTHORITIES if os.environ.get(name)), None)
    if authority and (mistake := authority_mistake(os.environ[authority])):
        raise ConfigurationError(
            f"{authority} names {printable(os.environ[authority])}, {mistake}: correct the variable or unset it. Nothing was sent"
        )
    variable = proxy_variable(endpoint)
    if variable and (wrong := _proxy_mistake(os.environ[variable])):
        raise ConfigurationError(f"{variable} {wrong}: correct the variable or unset it. Nothing was sent")


def authorities() -> str:
    """Returns which certificate authorities are trusted, in words."""
    authority = next((name for name in _AUTHORITIES if os.environ.get(name)), None)
    return f"those in {printable(os.environ[authority])}, which {authority} names" if authority else "the public ones"


def proxy_variable(endpoint: str) -> str | None:
    """Returns the environment variable by whose proxy an address is reached; ``None`` where none is.

    Args:
        endpoint: An address over HTTPS.
    """
    named = next(filter(None, map(_set, ("https", "all"))), None)
    return named if named and not should_bypass_proxies(endpoint, None) else None


def _set(scheme: str) -> str | None:
    """The spelling in lower case wins, also where it is empty."""
    spelling = next((one for one in (f"{scheme}_proxy", f"{scheme.upper()}_PROXY") if one in os.environ), None)
    return spelling if spelling and os.environ[spelling] else None


def _proxy_mistake(proxy: str) -> str | None:
    """Why a proxy's address is none. It is never shown, since it may hold a password."""
    try:
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        usable = bool(parts.hostname) and parts.scheme in _SCHEMES and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable:
        return "is not a proxy address, such as http://proxy.example:3128"
    if parts.scheme.startswith("socks") and find_spec("socks") is None:
        return "names a SOCKS proxy, for which PySocks is missing (pip install 'requests[socks]')"
    return None
