"""Runs the parts named on the command line, or all of them."""

import argparse
from collections.abc import Callable

from tests.bench import cost, frames, orders, start

PARTS: dict[str, Callable[[float], None]] = {
    "cost": cost.run,
    "orders": orders.run,
    "frames": frames.run,
    "start": start.run,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"any of: {', '.join(PARTS)}")
    parser.add_argument("--seconds", type=float, default=5.0, help="length of each measurement")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    for name in options.parts or PARTS:
        PARTS[name](options.seconds)


if __name__ == "__main__":
    main()
