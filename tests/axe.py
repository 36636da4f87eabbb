"""Accessibility by axe-core, from the copy inside axe-playwright-python: no download."""

from importlib.resources import files

from playwright.sync_api import Page

SERIOUS = {"serious", "critical"}
RUN = "(options) => axe.run(document, {resultTypes: ['violations'], ...options})"
EVERYTHING: dict = {}
# Half of axe's time: to be asked once for each colour scheme, while layouts differ by size.
CONTRAST = "color-contrast"
COLOURS = {"runOnly": [CONTRAST]}
ALL_BUT_COLOURS = {"rules": {CONTRAST: {"enabled": False}}}
# Half way between two colours a contrast is neither the one nor the other.
SETTLE = """() => document.getAnimations().forEach(
    (one) => one.effect.getComputedTiming().endTime === Infinity ? one.cancel() : one.finish()
)"""


def serious_violations(page: Page, options: dict = EVERYTHING) -> list[str]:
    """What axe finds serious or worse on the page: a line each, with the elements.

    `options` may leave it at COLOURS, or at ALL_BUT_COLOURS.
    """
    page.evaluate(SETTLE)
    if page.evaluate("!window.axe"):
        page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
    return [
        f"{violation['id']}: {violation['help']} – {[node['html'] for node in violation['nodes']]}"
        for violation in page.evaluate(RUN, options)["violations"]
        if violation["impact"] in SERIOUS
    ]
