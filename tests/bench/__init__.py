"""How fast the café is: `make bench`, or `python -m tests.bench orders cost frames start`.

Figures are for the machine they were taken on, its clients included; read the ratios. The standard
order has three lines with two modifiers each, over six ingredients.
"""

import os

import django

# Each part runs the code under measurement in processes of its own, with a database of their own.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()
