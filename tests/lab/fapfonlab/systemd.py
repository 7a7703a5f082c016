# SPDX-License-Identifier: GPL-2.0-or-later
"""The real systemd, PID 1 of namespaces of its own on the VPN server: it alone applies the whole sandbox of a unit.

It finds no unit but those named here and ours: whatever else a machine's systemd starts would reach for this machine.
"""

import os
import pathlib
import signal
import subprocess

from .netns import Process
from .wait import LabFailure, LeftOut, until

SYSTEMD = "/usr/lib/systemd/systemd"
UNITS = pathlib.Path("/usr/lib/systemd/system")
NEEDED_UNITS = """-.slice basic.target sysinit.target system.slice network-online.target network.target network-pre.target
    nss-lookup.target shutdown.target umount.target final.target exit.target systemd-exit.service emergency.target
    systemd-journald.service systemd-journald.socket multi-user.target nftables.service"""
LAB_TARGET = """[Unit]
Requires=systemd-journald.service
After=systemd-journald.service
AllowIsolate=yes
"""
BOOT = """set -e
mount --make-rprivate /
mount -t tmpfs tmpfs /run
mkdir /run/units
for unit in {units}; do [ ! -e {directory}/$unit ] || cp {directory}/$unit /run/units/; done
printf '%s' '{target}' >/run/units/lab.target
mount --bind /run/units {directory}
mount -t tmpfs tmpfs /etc/systemd/system
mount -t tmpfs tmpfs /usr/lib/systemd/system-generators
mount -t tmpfs tmpfs /sys/fs/cgroup
{cgroups}
mount --bind -o ro /proc/sys /proc/sys
mkdir -p /run/dev/pts /run/dev/shm
for device in null zero full random urandom tty; do touch /run/dev/$device; mount --bind /dev/$device /run/dev/$device; done
mount -t devpts -o newinstance,ptmxmode=0666 devpts /run/dev/pts
ln -s pts/ptmx /run/dev/ptmx
mount --rbind /run/dev /dev
export container=lab
exec {systemd} --system --unit=lab.target --log-target=journal --show-status=no
"""


class Systemd:
    def __init__(self, namespace, directory):
        self.cgroups = ControlGroups(directory)
        units = " ".join([*NEEDED_UNITS.split(), "fapfon-proxy.service"])
        boot = BOOT.format(units=units, directory=UNITS, target=LAB_TARGET, cgroups=self.cgroups.mounts(), systemd=SYSTEMD)
        enter = " && ".join([*self.cgroups.enter(), 'exec "$@"'])
        self.cgroups.make()
        unshare = "unshare --cgroup --ipc --uts --mount --pid --fork --kill-child --mount-proc"
        argv = ["sh", "-c", enter, "sh", "ip", "netns", "exec", namespace.name, *unshare.split(), "bash", "-c", boot]
        self.process = Process("systemd", argv, directory / "systemd.log")
        until(lambda: self.systemctl("is-active", "lab.target").stdout == "active\n", "systemd's own start")

    def write(self, path, text):
        """A file in its /run or /etc/systemd/system, which are its own."""
        self.run("sh", "-c", f"mkdir -p $(dirname {path}) && printf '%s' '{text}' >{path}")

    def end(self):
        self.process.stop(signal.SIGKILL)
        until(self.cgroups.remove, "the end of systemd's control groups")

    def systemctl(self, *arguments):
        """Its exit code and what it printed; nothing raises here."""
        return self.run("systemctl", *arguments)

    def journal(self):
        """What it has logged and what units have printed; nobody else is there."""
        return self.run("journalctl", "--quiet", "--no-pager").stdout

    def show(self, unit, name):
        """One property of a unit."""
        return self.systemctl("show", "--value", f"--property={name}", unit).stdout.strip()

    def start(self, unit):
        done = self.systemctl("start", unit)
        if done.returncode != 0:
            raise LabFailure(f"systemctl start {unit}: {done.stderr}\n{self.journal()}")

    def status_of(self, unit):
        """/proc/PID/status of a unit's program."""
        return self.run("cat", f"/proc/{self.show(unit, 'MainPID')}/status").stdout

    def run(self, *argv):
        enter = self.inside(*argv)
        if not enter:
            return subprocess.CompletedProcess(argv, 1, "", "systemd is not there yet")
        return subprocess.run(enter, capture_output=True, text=True)

    def inside(self, *argv):
        """The command line that runs a program beside it. nsenter knows a process, and systemd is the one child of unshare."""
        children = pathlib.Path(f"/proc/{self.process.popen.pid}/task/{self.process.popen.pid}/children").read_text().split()
        if not children:
            return []
        return ["nsenter", "--target", children[0], "--mount", "--pid", "--cgroup", "--ipc", "--uts", "--net", *argv]


class ControlGroups:
    """A group of our own in each hierarchy that systemd uses: version 2, and version 1's without controllers where it is."""

    def __init__(self, directory):
        self.name = f"{directory.parent.name}-{directory.name}"
        self.hierarchies = {}  # where it is mounted: how
        with open("/proc/self/mountinfo") as lines:
            for line in lines:
                fields, _, (kind, _, settings) = (part.split() for part in line.partition(" - "))
                if kind == "cgroup2" or "name=systemd" in settings:
                    self.hierarchies[fields[4]] = "cgroup2" if kind == "cgroup2" else "cgroup -o none,name=systemd"

    def make(self):
        try:
            for where in self.hierarchies:
                os.mkdir(f"{where}/{self.name}")
        except OSError as error:
            raise LeftOut(f"systemd needs a control group of its own: {error}") from None

    def enter(self):
        """Shell commands that put the shell into the groups."""
        return [f"echo $$ >{where}/{self.name}/cgroup.procs" for where in self.hierarchies]

    def mounts(self):
        """Shell commands that show a process in a cgroup namespace its groups, and no others."""
        return "\n".join(f"mkdir -p {where} && mount -t {how} cgroup {where}" for where, how in self.hierarchies.items())

    def remove(self):
        """After the end of all processes in them; false while there are some."""
        try:
            for where in self.hierarchies:
                for directory, _, _ in os.walk(f"{where}/{self.name}", topdown=False):
                    os.rmdir(directory)
        except OSError:
            return False
        return True
