# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the file system read-only for one program, as systemd does for ProtectSystem=strict with PrivateTmp=yes.

    python3 -m fapfonlab.read_only WRITABLE... -- PROGRAM [ARGUMENT...]
"""

import os
import subprocess
import sys

STAYS_AS_IT_IS = ("/dev", "/proc", "/sys")


def main():
    split = sys.argv.index("--")
    writable, argv = sys.argv[1:split], sys.argv[split + 1 :]
    for path in writable:
        if os.path.exists(path):
            mount("--rbind", path, path)
    mount("-t", "tmpfs", "-o", "mode=1777", "tmpfs", "/tmp")
    for point in mount_points():
        if not is_below(point, [*writable, *STAYS_AS_IT_IS, "/tmp"]):
            mount("-o", "remount,bind,ro", point)
    os.execvp(argv[0], argv)


def mount_points():
    with open("/proc/self/mountinfo") as lines:
        return [line.split()[4].replace("\\040", " ") for line in lines]


def is_below(path, parents):
    return any(path == parent or path.startswith(parent.rstrip("/") + "/") for parent in parents)


def mount(*arguments):
    subprocess.run(["mount", *arguments], check=True)


if __name__ == "__main__":
    main()
