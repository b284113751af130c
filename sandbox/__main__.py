"""`python -m sandbox`: the pretend Stripe as a program."""

import argparse
import errno
import sys
from pathlib import Path
from typing import Any

from sandbox.application import create_sandbox
from sandbox.chaos import FAULTS
from sandbox.server import serve

ABOUT = """\
A pretend Stripe that runs offline. No money moves here, and it refuses live keys.

Point an official Stripe library at it with any test key (sk_test_… on the server, pk_test_… in the
browser). In Python:
  here = "http://127.0.0.1:12111"
  stripe.StripeClient("sk_test_1", base_addresses={"api": here, "files": here})
In a page:  <script src="http://127.0.0.1:12111/endive/stripe.js"></script>
Stripe's own command line:  stripe trigger payment_intent.succeeded --api-base http://127.0.0.1:12111
"""
MORE = """\
test cards:   4242 4242 4242 4242 pays; 4000 0000 0000 3220 asks for 3-D Secure;
              4000 0000 0000 0002 is declined. All of Stripe's documented ones: sandbox/README.md
dashboard:    the address itself, in a browser: objects, events, deliveries, clock, faults
control API:  POST /_sandbox/reset; GET|POST /_sandbox/clock, /_sandbox/settings, /_sandbox/chaos;
              GET /_sandbox/deliveries, /_sandbox/requests; POST /_sandbox/events/<id>/resend,
              /_sandbox/test_clocks/<id>/advance, /_sandbox/payment_intents/<id>/settle,
              /_sandbox/intents/<id>/authentication, /_sandbox/disputes/<id>/close

example:      python -m sandbox --state var/stripe.db --chaos drop=0.1 --seed 7 \\
                --webhook http://127.0.0.1:5000/webhooks/stripe --webhook-secret whsec_dev
"""


def main(arguments: list[str] | None = None) -> int:
    """Read the flags, start, serve; the exit status."""
    options = _parser().parse_args(arguments)
    try:
        sandbox = create_sandbox(state=options.state, seed=options.seed)
    except OSError as error:
        return _complain(f"The state file {options.state} cannot be opened: {error}")
    for fault in options.chaos:
        sandbox.account.chaos.add(**fault)
    if options.webhook:
        sandbox.deliver_to(options.webhook, options.webhook_secret)
    _greet(options)
    try:
        serve(sandbox, options.host, options.port, verbose=options.verbose)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return _complain(f"Port {options.port} is taken. Choose another one with --port.")
        return _complain(f"Cannot listen on {options.host}:{options.port}: {error}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox",
        description=ABOUT,
        epilog=MORE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    add("--port", type=int, default=12111, help="port (default: 12111)")
    add(
        "--state",
        type=Path,
        metavar="FILE",
        help="keep everything in this file (default: in memory)",
    )
    add("--webhook", metavar="URL", help="deliver every event here")
    add(
        "--webhook-secret",
        default="whsec_sandbox",
        metavar="SECRET",
        help="sign deliveries with it (default: whsec_sandbox)",
    )
    add("--seed", type=int, metavar="N", help="ids and faults that repeat with the same number")
    add(
        "--chaos",
        action="append",
        default=[],
        type=_fault,
        metavar="FAULT[=PROBABILITY]",
        help=f"make things go wrong; may be given several times: {', '.join(FAULTS)}",
    )
    add("--verbose", action="store_true", help="one line per request")
    return parser


def _fault(text: str) -> dict[str, Any]:
    fault, _, probability = text.partition("=")
    if fault not in FAULTS:
        raise argparse.ArgumentTypeError(f"there is no fault {fault!r}")
    try:
        return {"fault": fault, "probability": float(probability or "1")}
    except ValueError:
        raise argparse.ArgumentTypeError(f"{probability!r} is no probability") from None


def _greet(options: argparse.Namespace) -> None:
    lines = [f"A pretend Stripe on http://{options.host}:{options.port} - no money moves here."]
    if options.host not in ("127.0.0.1", "localhost", "::1"):
        lines.append("It listens beyond this machine: whoever reaches it can do anything in it.")
    if options.webhook:
        lines.append(f"Events go to {options.webhook}.")
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _complain(words: str) -> int:
    sys.stderr.write(f"{words}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
