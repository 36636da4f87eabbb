"""Accessibility by axe-core, from the copy inside axe-playwright-python: no download."""

from importlib.resources import files

from playwright.sync_api import Page

SERIOUS = {"serious", "critical"}
RUN = "axe.run(document, {resultTypes: ['violations']})"
# Half way between two colours a contrast is neither the one nor the other.
SETTLE = """() => document.getAnimations().forEach(
    (one) => one.effect.getComputedTiming().endTime === Infinity ? one.cancel() : one.finish()
)"""


def serious_violations(page: Page) -> list[str]:
    """What axe finds serious or worse on the page: a line each, with the elements."""
    page.evaluate(SETTLE)
    page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
    return [
        f"{violation['id']}: {violation['help']} – {[node['html'] for node in violation['nodes']]}"
        for violation in page.evaluate(RUN)["violations"]
        if violation["impact"] in SERIOUS
    ]
