# SPDX-License-Identifier: GPL-2.0-or-later
"""Waiting for conditions with a deadline; nothing in the lab sleeps and hopes."""

import time

PATIENCE_S = 30  # generous: the machine may be compiling something at the same time
POLL_S = 0.05
LEFT_OUT_CODE = 77  # the exit code test runners take for "could not run here"


class LabFailure(Exception):
    """A scenario did not see what it is there to see."""


class LeftOut(Exception):
    """This machine cannot play the scenario, and says why."""


def until(condition, what, seconds=PATIENCE_S):
    """The first true value of condition(); LabFailure names `what` when it does not come in time."""
    deadline = time.monotonic() + seconds
    while True:
        if value := condition():
            return value
        if time.monotonic() > deadline:
            raise LabFailure(f"waited {seconds} s in vain for: {what}")
        time.sleep(POLL_S)


def check(condition, what):
    if not condition:
        raise LabFailure(what)


def check_equal(seen, expected, what):
    if seen != expected:
        raise LabFailure(f"{what}\n  expected: {expected!r}\n  seen:     {seen!r}")
