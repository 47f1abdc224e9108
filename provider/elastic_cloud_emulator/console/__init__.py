"""The emulator's page for people: who is in, who is invited, who owns what, and forms that change it outside the code.

    pages     what there is
    forms     one change each; `roles` how they show and take roles

Changes go through the same records as the API's; nothing is loaded from elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, render_template, request

from elastic_cloud_emulator.cloud import Cloud
from elastic_cloud_emulator.console.forms import Forms, instant_text, lead_back, page_before
from elastic_cloud_emulator.console.pages import Pages
from elastic_cloud_emulator.errors import ApiError
from elastic_cloud_emulator.same_origin import refuse_other_sites

__all__ = ["console_blueprint"]

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}

_View = Callable[..., str | Response]


def console_blueprint(cloud: Cloud) -> Blueprint:
    """Return the console's routes, from the root.

    Args:
        cloud: What the console shows and changes. The application that serves it needs a secret key, for what a form says of
            its outcome.
    """
    pages, forms = Pages(cloud), Forms(cloud)
    blueprint = Blueprint(
        "console", __name__, template_folder="templates", static_folder="static", static_url_path="/console"
    )
    organization = "/organizations/<organization_id>"
    shown: list[tuple[str, _View]] = [
        ("/", pages.overview),
        (organization, pages.members),
        (f"{organization}/invitations", pages.invitations),
        (f"{organization}/outbox", pages.outbox),
        (f"{organization}/keys", pages.keys),
        (f"{organization}/deployments", pages.deployments),
        (f"{organization}/projects", pages.projects),
        (f"{organization}/settings", pages.settings),
        (f"{organization}/members/<user_id>", pages.member),
    ]
    sent: list[tuple[str, _View]] = [
        ("/clock", forms.advance_clock),
        (f"{organization}/invitations", forms.invite),
        (f"{organization}/invitations/<token>/accept", forms.accept),
        (f"{organization}/invitations/<token>/cancel", forms.cancel),
        (f"{organization}/sign-on", forms.sign_on),
        (f"{organization}/keys/<key_id>/delete", forms.delete_key),
        (f"{organization}/members/<user_id>/roles/add", forms.add_role),
        (f"{organization}/members/<user_id>/roles/remove", forms.remove_role),
        (f"{organization}/members/<user_id>/leave", forms.leave),
        (f"{organization}/resources/<resource_id>/owner", forms.set_owner),
        (f"{organization}/resources/<resource_id>/delete", forms.delete_resource),
    ]
    for method, views in (("GET", shown), ("POST", sent)):
        for rule, view in views:
            blueprint.add_url_rule(rule, endpoint=view.__name__, view_func=view, methods=[method])
    blueprint.before_request(refuse_other_sites)
    blueprint.after_request(_with_security_headers)
    blueprint.register_error_handler(ApiError, _explain)
    blueprint.register_error_handler(ValueError, _explain)
    blueprint.context_processor(lambda: {"now": cloud.clock.now()})
    blueprint.app_template_filter("instant")(instant_text)
    return blueprint


def _explain(error: ApiError | ValueError) -> Response | tuple[str, int]:
    """A form leads back and says why nothing was done; a page that there is not says so."""
    if request.method == "POST":
        return lead_back(str(error), "error", page_before())
    status = error.status if isinstance(error, ApiError) else 400
    return render_template("console/missing.html", reason=str(error)), status


def _with_security_headers(response: Response) -> Response:
    response.headers.update(SECURITY_HEADERS)
    return response
