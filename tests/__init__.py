"""The tests, laid out like the apps; `python -m tests --help` runs them."""
