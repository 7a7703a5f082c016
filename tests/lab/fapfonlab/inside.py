# SPDX-License-Identifier: GPL-2.0-or-later
"""The first process of a scenario's namespaces: makes the world, plays the scenario, says how it went.

Started by `tests/lab/run`. When it ends, everything it has started ends with it.
"""

import os
import signal
import sys
import traceback

from . import scenarios
from .installed import put_in_place
from .netns import command
from .wait import LEFT_OUT_CODE, LabFailure, LeftOut
from .world import World


def main():
    name, directory, tree = sys.argv[1:4]
    keep = "--keep" in sys.argv
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    private_run_directory()
    put_in_place(tree, directory)
    scenario = next(s for s in scenarios.ALL if s.__name__ == name)
    passed = False
    try:
        world = World(directory, **scenario.world)
        measured = scenario(world)
        if not keep:
            world.finish()
        print(measured, flush=True)
        passed = True
    except LeftOut as reason:
        print(reason, flush=True)
        sys.exit(LEFT_OUT_CODE)
    except LabFailure as failure:
        print(f"{failure}{place_of(failure)}", flush=True)
    except Exception:  # a defect of the lab itself: say where
        traceback.print_exc()
    if keep:
        stay(directory)
    sys.exit(0 if passed else 1)


def private_run_directory():
    """A /run of our own: `ip netns` and Kamailio keep their names there."""
    command(["mount", "-t", "tmpfs", "tmpfs", "/run"])
    os.makedirs("/run/netns")


def place_of(failure):
    """The line of the scenario that failed."""
    frames = [frame for frame in traceback.extract_tb(failure.__traceback__) if "/scenarios/" in frame.filename]
    return f" ({os.path.basename(frames[-1].filename)}:{frames[-1].lineno})" if frames else ""


def stay(directory):
    print(
        f"The world stays until Ctrl-C. Logs: {directory}. From another shell:\n"
        f"  nsenter --target $(pgrep -f 'fapfonlab.inside .* {directory} ' | tail -1) --mount --pid\n"
        f"  ip netns; ip netns exec vpn tcpdump -i any -nA port 5060",
        flush=True,
    )
    try:
        signal.pause()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
