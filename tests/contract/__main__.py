"""Writes the page: `python -m tests.contract`."""

from __future__ import annotations

import sys

from tests.contract import page, scenario
from tests.support import descriptions

if not descriptions.AT_HAND:
    sys.exit("the published descriptions of the API are not beside the project")
observer = scenario.play()
if observer.mismatches:
    sys.exit("not as published:\n" + "\n".join(observer.mismatches))
page.PAGE.write_text(page.text(observer.seen), encoding="utf-8")
