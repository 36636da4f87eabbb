"""What a web process must not carry."""

import subprocess
import sys

import pytest

CODE = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import config.asgi, config.urls, predict.urls, predict.views, predict.tasks
heavy = {"statsmodels", "scipy", "pandas", "numpy"} & set(sys.modules)
print("HEAVY", sorted(heavy))
"""


@pytest.mark.once
def test_the_web_process_imports_no_numerical_library():
    done = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, timeout=120, check=False
    )
    assert "HEAVY []" in done.stdout, done.stdout + done.stderr
