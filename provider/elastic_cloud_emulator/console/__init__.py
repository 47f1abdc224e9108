"""The emulator's page for people: who is in, who is invited, who owns what, and forms that change it outside the code.

    pages     what there is
    forms     one change each; `roles` how they show and take roles

Changes go through the same records as the API's; nothing is loaded from elsewhere.
"""

from __future__ import annotations

from datetime import datetime

from flask import Response, render_template, request

from elastic_cloud_emulator.api.context import cloud
from elastic_cloud_emulator.console.forms import lead_back, page_before
from elastic_cloud_emulator.console.pages import blueprint
from elastic_cloud_emulator.errors import ApiError
from elastic_cloud_emulator.same_origin import refuse_other_sites

__all__ = ["blueprint"]

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}

blueprint.before_request(refuse_other_sites)


@blueprint.context_processor
def _clock() -> dict[str, datetime]:
    return {"now": cloud().clock.now()}


@blueprint.errorhandler(ApiError)
@blueprint.errorhandler(ValueError)
def _explain(error: ApiError | ValueError) -> Response | tuple[str, int]:
    """A form leads back and says why nothing was done; a page that there is not says so."""
    if request.method == "POST":
        return lead_back(str(error), "error", page_before())
    status = error.status if isinstance(error, ApiError) else 400
    return render_template("console/missing.html", reason=str(error)), status


@blueprint.after_request
def _with_security_headers(response: Response) -> Response:
    response.headers.update(SECURITY_HEADERS)
    return response
