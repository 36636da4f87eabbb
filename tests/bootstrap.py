"""Sees to what the tests need beside Python: a browser, PostgreSQL and Redis.

Run before the tests. What a machine cannot have is named here, skipped by the tests that need it
and listed again at their end; under CI=true those skips fail the run.
"""

from tests.chromium import find_chromium, install_chromium
from tests.servers import find_postgres, find_redis


def main() -> None:
    browser = find_chromium() or install_chromium()
    found = {
        "Chromium": browser and browser.path,
        "PostgreSQL": find_postgres(),
        "Redis": find_redis(),
    }
    for name, path in found.items():
        print(f"{name + ':':12}{path or 'not to be had on this machine'}")


if __name__ == "__main__":
    main()
