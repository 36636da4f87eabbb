"""Sees to what the tests need beside Python: a browser, PostgreSQL and Redis.

Run before the tests. What a machine cannot have is named here, skipped by the tests that need it
and listed again at their end; under CI=true those skips fail the run.
"""

import subprocess
import sys

from tests.chromium import find_chromium, install_chromium
from tests.servers import find_postgres, find_redis


def main() -> None:
    # Meanwhile one process compiles what each of the runs would else compile at once.
    compiling = subprocess.Popen(
        [sys.executable, "-m", "pytest", "--collect-only", "-qq"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    browser = find_chromium() or install_chromium()
    found = {
        "Chromium": browser and browser.path,
        "PostgreSQL": find_postgres(),
        "Redis": find_redis(),
    }
    for name, path in found.items():
        print(f"{name + ':':12}{path or 'not to be had on this machine'}")
    compiling.wait()


if __name__ == "__main__":
    main()
