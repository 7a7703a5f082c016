# SPDX-License-Identifier: GPL-2.0-or-later
"""The installed files at their real places, seen by one scenario only; the machine itself is not touched."""

import os
import pathlib
import pwd
import re
import shutil

from .netns import command
from .topology import IPV4

PROGRAM = "/usr/bin/fapfon-proxy"
UNIT = "/usr/lib/systemd/system/fapfon-proxy.service"
CONFIGURATION = pathlib.Path("/etc/default/fapfon-proxy")
LOGFILE = pathlib.Path("/var/log/fapfon-proxy.log")
USER = "fapfon-proxy"
LAYERS = pathlib.Path("/run/lab")  # the /run of this scenario alone


def install(source, tree):
    """Put the files of the installation into a directory: a package's, or those that cmake takes from a build directory."""
    if source.suffix == ".deb":
        command(["dpkg-deb", "--extract", str(source), str(tree)])
        if (tree / "lib").is_dir():  # a link to usr/lib on every machine
            shutil.copytree(tree / "lib", tree / "usr" / "lib", dirs_exist_ok=True)
    else:
        command(["env", f"DESTDIR={tree}", "cmake", "--install", str(source), "--prefix", "/usr"])


def put_in_place(tree, log_directory):
    """Lay `tree` (what `cmake --install` or the package has put there) over the machine's own /usr, /etc and /var.

    What is written there from now on stays in memory and goes with the scenario, but for /var/log: that is its directory.
    """
    for name in ("usr", "etc", "var"):
        lower = f"{tree}/{name}:/{name}" if os.path.isdir(f"{tree}/{name}") else f"/{name}"
        upper, work = LAYERS / name / "upper", LAYERS / name / "work"
        upper.mkdir(parents=True)
        work.mkdir()
        command(["mount", "-t", "overlay", "overlay", "-o", f"lowerdir={lower},upperdir={upper},workdir={work}", f"/{name}"])
    command(["mount", "--bind", str(log_directory), "/var/log"])
    pathlib.Path("/etc/resolv.conf").write_text(f"nameserver {IPV4.box}\n")  # as a FRITZ!Box is; it refuses here, and at once
    if not any(entry.pw_name == USER for entry in pwd.getpwall()):  # what the package does when it is installed
        command(["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", USER])


def configure(file=CONFIGURATION, **settings):
    """Fill in settings as a user does: in the line that is there for them, commented out or not, else at the end."""
    text = file.read_text() if file.exists() else ""
    for name, value in settings.items():
        line = f'{name}="{value}"'
        text, found = re.subn(rf"^#?{name}=.*$", lambda _: line, text, count=1, flags=re.M)
        text += "" if found else f"{line}\n"
    file.write_text(text)


def name_hosts(**names):
    """Lines for /etc/hosts: name_hosts(**{"fritz.box": ["172.30.10.1"]})."""
    with open("/etc/hosts", "a") as hosts:
        for name, addresses in names.items():
            hosts.writelines(f"{address} {name}\n" for address in addresses)
