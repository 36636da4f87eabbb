"""Runs the parts named on the command line, or all of them."""

import argparse
from collections.abc import Callable

from tests.bench import cost, frames, orders, start

# A part with the seconds each of its measurements takes. Of ten orders a second a few seconds would
# make the 99th percentile that of the first order, whose server is still cold.
PARTS: dict[str, tuple[Callable[[float], None], float]] = {
    "cost": (cost.run, 5.0),
    "orders": (orders.run, 5.0),
    "frames": (frames.run, 20.0),
    "start": (start.run, 5.0),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"any of: {', '.join(PARTS)}")
    parser.add_argument("--seconds", type=float, help="length of each measurement")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    for name in options.parts or PARTS:
        run, seconds = PARTS[name]
        run(options.seconds or seconds)


if __name__ == "__main__":
    main()
