"""A review as one HTML page that works from a file: nothing of it is loaded from elsewhere. The page is `templates/review.html`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from pulumi_elastic_org.model import verdicts
from pulumi_elastic_org.model.printable import printable_lines
from pulumi_elastic_org.review.model import Kind, Review
from pulumi_elastic_org.review.render import text

_TEMPLATES = Path(__file__).with_name("templates")


def render_html(review: Review) -> str:
    """Returns a review as a self-contained HTML page; all text in it is escaped.

    Args:
        review: Any review.
    """
    return _template().render(
        review=review,
        headlines=text.headlines(review),
        words=text,
        verdicts=verdicts,
        pending_change=Kind.PENDING_CHANGE,
    )


def _printable(value: object) -> object:
    """Keeps what reorders or hides text, such as a right-to-left override, from doing so; markup is the template's own."""
    return printable_lines(value) if type(value) is str else value


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_printable,
    )
    return environment.get_template("review.html")
