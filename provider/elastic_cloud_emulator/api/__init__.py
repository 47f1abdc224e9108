"""The HTTP API of the emulated cloud, as published.

    context       the state, who is asking, what they ask for
    organizations, users, invitations, keys    people and what they may do
    domains, identity_provider, role_mappings  single sign-on
    deployments, projects, keystore            what people own
    billing, costs                             what it costs

Reads requests and writes answers; what happens is decided by the records one level up.
"""

from flask import Blueprint, Flask, Response, g, jsonify
from werkzeug.exceptions import HTTPException

from ..clock import format_instant
from ..cloud import Cloud
from ..errors import ApiError, InternalError, InvalidData, ResourceNotFound
from . import (
    billing,
    costs,
    deployments,
    domains,
    identity_provider,
    invitations,
    keys,
    keystore,
    organizations,
    projects,
    role_mappings,
    users,
)
from .context import CLOUD, authenticate, cloud

BASE_PATH = "/api/v1"


def create_app(cloud: Cloud) -> Flask:
    """Return the WSGI application that serves a cloud's state below `BASE_PATH`."""
    app = Flask(__name__, static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions[CLOUD] = cloud
    api = Blueprint("api", __name__, url_prefix=BASE_PATH)
    access = (organizations, invitations, users, keys, domains, identity_provider, role_mappings, costs, billing)
    for module in (*access, deployments, keystore, projects):
        api.register_blueprint(module.blueprint)
    api.before_request(authenticate)
    api.after_request(_tell_when_the_key_expires)
    app.register_blueprint(api)
    app.register_error_handler(ApiError, error_response)
    app.register_error_handler(HTTPException, _http_error_response)
    return app


def error_response(error: ApiError) -> Response:
    """Return the published `BasicFailedReply`. Needs an application context."""
    elements = error.elements()
    response = jsonify(errors=elements)
    response.status_code = error.status
    response.headers["x-cloud-error-codes"] = ",".join(dict.fromkeys(str(element["code"]) for element in elements))
    return response


def _http_error_response(error: HTTPException) -> Response:
    if error.code is not None and error.code >= 500:
        return error_response(InternalError("The emulator failed; its standard error says why."))
    if error.code == 404:
        return error_response(ResourceNotFound("There is no such path in the API."))
    response = error_response(InvalidData(error.description or error.name))
    response.status_code = error.code or response.status_code
    return response


def _tell_when_the_key_expires(response: Response) -> Response:
    caller = g.get("caller")
    ends = None if caller is None or cloud().switches.hide_key_expiration else caller.key.expires_at
    if ends is not None:
        response.headers["X-Elastic-Api-Key-Expiration"] = format_instant(ends)
    return response
