# SPDX-License-Identifier: GPL-2.0-only
"""The first process of a scenario's namespaces: makes the world, plays the scenario, says how it went.

Started by `tests/lab/run`. When it ends, everything it has started ends with it.
"""

import os
import pathlib
import signal
import subprocess
import sys
import traceback

from . import scenarios
from .netns import command
from .wait import LabFailure
from .world import World


def main():
    name, directory, program = sys.argv[1:4]
    keep = "--keep" in sys.argv
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    private_run_directory()
    scenario = next(s for s in scenarios.ALL if s.__name__ == name)
    passed = play(scenario, pathlib.Path(directory), program)
    if keep:
        stay(directory)
    sys.exit(0 if passed else 1)


def private_run_directory():
    """A /run of our own: `ip netns` and Kamailio keep their names there."""
    command(["mount", "-t", "tmpfs", "tmpfs", "/run"])
    os.makedirs("/run/netns")


def play(scenario, directory, program):
    try:
        world = World(directory, program)
        measured = scenario(world)
        world.finish()
        print(measured, flush=True)
        return True
    except LabFailure as failure:
        where = [frame for frame in traceback.extract_tb(failure.__traceback__) if frame.filename.endswith("scenarios.py")]
        print(f"{failure}" + (f" (scenarios.py:{where[-1].lineno})" if where else ""), flush=True)
    except Exception:  # a defect of the lab itself: say where
        traceback.print_exc()
    return False


def stay(directory):
    outside = subprocess.run(["readlink", "/proc/self"], capture_output=True, text=True).stdout.strip()
    print(f"The world stays until Ctrl-C. Logs: {directory}. From another shell:\n"
          f"  nsenter --target $(pgrep -f 'fapfonlab.inside .* {directory} ' | tail -1) --mount --pid\n"
          f"  ip netns; ip netns exec vpn tcpdump -i any -nA port 5060", flush=True)
    try:
        signal.pause()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
