# SPDX-License-Identifier: GPL-2.0-or-later
"""systemd's part, without systemd: reads the unit file and carries out its commands in its order, as its users.

What it keeps: the order of commands and what their failure means, prefixes '+' and '-', User, environment files and their
expansion, readiness by NOTIFY_SOCKET, state, log and runtime directories, capabilities, NoNewPrivileges, and a file system
that is read-only where ProtectSystem=strict says so. What it leaves out: system call filters, timers, restarts.
"""

import os
import pathlib
import pwd
import re
import shlex
import shutil
import signal
import socket
import sys
import threading

from .netns import Process
from .wait import LabFailure, check, until

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"
NOTIFY_SOCKET = "/run/systemd/notify"
DIRECTORIES = {"State": "/var/lib", "Logs": "/var/log", "Runtime": "/run", "Cache": "/var/cache"}
SKIPPED_CODES = range(1, 255)  # of an ExecCondition


class Skipped(Exception):
    """An ExecCondition said no: the unit does not start, and has not failed either."""


class UnitFile:
    """What a unit file says: every value of every setting, in its order."""

    def __init__(self, path):
        self.name = pathlib.Path(path).name
        self.settings = {}
        text = re.sub(r"\\\n\s*", " ", "".join(line for line in open(path) if not re.match(r"\s*[#;]", line)))
        for name, value in re.findall(r"^(\w+)\s*=[ \t]*(.*?)[ \t]*$", text, flags=re.M):
            values = self.settings.setdefault(name, [])
            if value:
                values.append(self._specifiers(value))
            else:
                values.clear()

    def all(self, name):
        return self.settings.get(name, [])

    def words(self, name):
        return " ".join(self.all(name)).split()

    def one(self, name, otherwise=""):
        return (self.all(name) or [otherwise])[-1]

    def says_yes(self, name):
        return self.one(name, "no") in ("yes", "true", "on", "1")

    def _specifiers(self, value):
        meaning = {"n": self.name, "N": self.name.rpartition(".")[0], "p": self.name.rpartition(".")[0], "%": "%"}
        meaning |= {"t": "/run", "S": "/var/lib", "L": "/var/log", "C": "/var/cache", "E": "/etc"}
        return re.sub(r"%([nNptSLCE%])", lambda found: meaning[found[1]], value)


class Command:
    """One Exec line: its prefixes, and its words with the environment filled in."""

    def __init__(self, line, environment):
        prefixes = re.match(r"[-@:+!]*", line)[0]
        self.may_fail = "-" in prefixes
        self.as_root = "+" in prefixes
        self.argv = [expanded for word in shlex.split(line[len(prefixes) :]) for expanded in expand(word, environment)]

    def __str__(self):
        return shlex.join(self.argv)


def expand(word, environment):
    """`$NAME` alone becomes any number of words, `${NAME}` is filled in where it stands."""
    if whole := re.fullmatch(r"\$(\w+)", word):
        return shlex.split(environment.get(whole[1], ""))
    return [re.sub(r"\$\{(\w+)\}", lambda name: environment.get(name[1], ""), word).replace("$$", "$")]


def read_environment_file(path):
    """NAME=value lines as systemd reads them."""
    if path.startswith("-") and not os.path.exists(path[1:]):
        return {}
    found = {}
    for line in open(path.lstrip("-")):
        name, equals, value = line.strip().partition("=")
        if equals and not name.startswith(("#", ";")):
            found[name] = " ".join(shlex.split(value))
    return found


class Service:
    def __init__(self, namespace, unit, log_directory):
        self.namespace = namespace
        self.log_directory = log_directory
        self.unit = UnitFile(unit)
        self.name = self.unit.name.rpartition(".")[0]
        self.user = self.unit.one("User", "root")
        self.process = None
        self.is_wanted = False  # started, and not stopped since
        self.said = ""  # by notification, since the last start
        self.notify = None

    def start(self):
        """All up to the moment that `systemctl start` returns. Skipped, or LabFailure when a command fails."""
        self._make_directories()
        for line in self.unit.all("ExecCondition"):
            code = self._run(line)
            if code in SKIPPED_CODES:
                self._clean_up("exec-condition")  # systemd 252 does so here too
                raise Skipped(self.journal())
            self._expect_success(line, code)
        for line in self.unit.all("ExecStartPre"):
            self._expect_success(line, self._run(line))
        self._open_notify_socket()
        self.process = self._spawn(Command(self.unit.one("ExecStart"), self.environment()))
        self.is_wanted = True
        if self.unit.one("Type", "simple").startswith("notify"):
            self.await_notification("READY=1")

    def reload(self):
        """`systemctl reload`: the commands, and for a service that tells, that it is ready again."""
        self.said = ""
        for line in self.unit.all("ExecReload"):
            self._expect_success(line, self._run(line))

    def stop(self):
        """`systemctl stop`; returns the program's exit code."""
        return self._end(getattr(signal, self.unit.one("KillSignal", "SIGTERM")))

    def crash(self):
        """The program dies of SIGKILL; systemd cleans up after it. (It would start it again then.)"""
        return self._end(signal.SIGKILL)

    def ended(self):
        """The program has ended by itself; systemd cleans up after it. Returns its exit code."""
        code = self.process.await_end()
        self._clean_up("success" if code == 0 else "exit-code")
        return code

    def is_running(self):
        return self.process is not None and self.process.popen.poll() is None

    def main_pid(self):
        """The program itself; what we started is `ip netns exec`, which becomes it."""
        return self.process.popen.pid

    def await_notification(self, text):
        def told():
            check(text in self.said or self.is_running(), f"{self.name} ended before it told {text}:\n{self.journal()}")
            return text in self.said

        try:
            until(told, f"{text} from {self.name}")
        except LabFailure:
            self._clean_up("exit-code")
            raise

    def journal(self):
        """What its commands and the program have printed."""
        file = self._journal_file()
        return file.read_text(errors="replace") if file.exists() else ""

    def environment(self):
        """Read again for every command, because a user may have edited the files."""
        environment = {"PATH": SYSTEM_PATH, "LANG": "C.UTF-8", "INVOCATION_ID": "1ab"}
        if self.user != "root":
            entry = pwd.getpwnam(self.user)
            environment |= {"USER": self.user, "LOGNAME": self.user, "HOME": entry.pw_dir, "SHELL": entry.pw_shell}
        for setting, parent in DIRECTORIES.items():
            if names := self.unit.words(f"{setting}Directory"):
                environment[f"{setting.upper()}_DIRECTORY"] = ":".join(f"{parent}/{name}" for name in names)
        for line in self.unit.all("Environment"):
            environment |= dict(word.split("=", 1) for word in shlex.split(line))
        for line in self.unit.all("EnvironmentFile"):
            environment |= read_environment_file(line)
        if self.process:
            environment["MAINPID"] = str(self.main_pid())
        return environment

    def _end(self, how):
        self.process.signal(how)
        code = self.process.await_end()
        self._clean_up("success" if code == 0 else "signal" if code < 0 else "exit-code")
        return code

    def _clean_up(self, result):
        """ExecStopPost, which runs however the service has ended."""
        self.is_wanted = False
        if self.process:
            self.process.stop(signal.SIGKILL)
        for line in self.unit.all("ExecStopPost"):
            self._run(line, SERVICE_RESULT=result)

    def _expect_success(self, line, code):
        if code != 0:
            self._clean_up("exit-code")
            raise LabFailure(f"{line}: code {code}\n{self.journal()}")

    def _run(self, line, **more):
        """Run a command to its end; its exit code, 0 where it may fail."""
        environment = self.environment() | more
        done = Command(line, environment)
        code = self._spawn(done, environment).await_end()
        return 0 if done.may_fail else code

    def _spawn(self, done, environment=None):
        environment = dict(environment or self.environment())
        if self.notify:
            environment["NOTIFY_SOCKET"] = NOTIFY_SOCKET
        if watchdog := self.unit.one("WatchdogSec").rstrip("s"):
            environment["WATCHDOG_USEC"] = str(int(watchdog) * 1_000_000)
        argv = ["ip", "netns", "exec", self.namespace.name]
        argv += [] if done.as_root else self._confinement()
        argv += ["env", "-i", *(f"{name}={value}" for name, value in environment.items()), *done.argv]
        with open(self._journal_file(), "a") as journal:
            print(f"+ {done}", file=journal)
        return Process(self.name, argv, self._journal_file())

    def _confinement(self):
        """The command line that puts a program into the user, rights and file system of the unit."""
        rights = [f"cap_{name.lower().removeprefix('cap_')}" for name in self.unit.words("AmbientCapabilities")]
        kept = [f"+{name.removeprefix('cap_')}" for name in rights]
        argv = ["setpriv"]
        if self.user != "root":
            group = self.unit.one("Group", self.user)
            argv += [f"--reuid={self.user}", f"--regid={group}", "--init-groups"]
            argv += [f"--inh-caps={','.join(['-all', *kept])}", f"--ambient-caps={','.join(['-all', *kept])}"]
        if "CapabilityBoundingSet" in self.unit.settings:
            bounding = [f"+{name.lower().removeprefix('cap_')}" for name in self.unit.words("CapabilityBoundingSet")]
            argv += [f"--bounding-set={','.join(['-all', *bounding])}"]
        if self.unit.says_yes("NoNewPrivileges"):
            argv += ["--no-new-privs"]
        if self.unit.one("ProtectSystem") != "strict":
            return argv
        writable = [path.lstrip("-+") for path in self.unit.words("ReadWritePaths")]
        writable += [f"{DIRECTORIES[kind]}/{name}" for kind in DIRECTORIES for name in self.unit.words(f"{kind}Directory")]
        return [sys.executable, "-m", "fapfonlab.read_only", *writable, "--", *argv]

    def _make_directories(self):
        for setting, parent in DIRECTORIES.items():
            for name in self.unit.words(f"{setting}Directory"):
                path = pathlib.Path(parent, name)
                path.mkdir(parents=True, exist_ok=True)
                path.chmod(int(self.unit.one(f"{setting}DirectoryMode", "755"), 8))
                shutil.chown(path, self.user, self.unit.one("Group", self.user))

    def _open_notify_socket(self):
        if self.notify:
            self.notify.close()
            os.unlink(NOTIFY_SOCKET)
        os.makedirs(os.path.dirname(NOTIFY_SOCKET), exist_ok=True)
        self.said = ""
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notify.bind(NOTIFY_SOCKET)
        os.chmod(NOTIFY_SOCKET, 0o777)
        threading.Thread(target=self._listen, args=[self.notify], daemon=True).start()

    def _listen(self, notify):
        """As systemd reads: always, or the queue of ten messages is full and a program that waits for room stands still."""
        while True:
            try:
                message = notify.recv(4096).decode()
            except OSError:  # closed for the next start
                return
            if notify is self.notify:
                self.said += message + "\n"

    def _journal_file(self):
        return self.log_directory / f"{self.name}.journal.log"
