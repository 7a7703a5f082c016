# SPDX-License-Identifier: GPL-2.0-or-later
"""A network namespace: its links, addresses and rules, the processes in it, and sockets of ours that live there."""

import ctypes
import os
import signal
import socket
import subprocess
import threading

from .wait import LabFailure, until

CLONE_NEWNET = 0x40000000
TERM_PATIENCE_S = 5


class Namespace:
    def __init__(self, name, log_directory):
        self.name = name
        self.log_directory = log_directory
        command(["ip", "netns", "add", name])
        self.ip("link set lo up")

    def ip(self, arguments):
        """Run `ip ARGUMENTS` in here."""
        command(["ip", "-n", self.name, *arguments.split()])

    def run(self, *argv, stdin=None):
        """Run a short command in here; returns what it printed, raises LabFailure when it fails."""
        return command(["ip", "netns", "exec", self.name, *argv], stdin)

    def sysctl(self, setting):
        self.run("sysctl", "-qw", setting)

    def forward(self):
        """It is a router from now on."""
        self.run("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")

    def nft(self, rules):
        self.run("nft", "-f", "-", stdin=rules)

    def start(self, name, argv, directory=None):
        """Start a program in here that stays; its output goes to NAME.log."""
        return Process(name, ["ip", "netns", "exec", self.name, *argv], self.log_directory / f"{name}.log", directory)

    def connect(self, address, port, device=None, timeout=5):
        """A TCP connection made from in here (a socket belongs to the namespace that it was made in)."""

        def dial():
            dialled = socket.socket(family_of(address))
            if device:
                dialled.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode())
            dialled.settimeout(timeout)
            dialled.connect((address, port))
            return dialled

        return self._inside(dial)

    def send_datagram(self, address, data, port=5060):
        """A UDP socket made in here that has sent this."""

        def send():
            sender = socket.socket(family_of(address), socket.SOCK_DGRAM)
            sender.connect((address, port))
            sender.send(data)
            return sender

        return self._inside(send)

    def udp_socket(self, towards):
        """An unconnected UDP socket made in here, of the family of that address."""
        return self._inside(lambda: socket.socket(family_of(towards), socket.SOCK_DGRAM))

    def exchange(self, address, data, timeout=5):
        """The first datagram that comes back for this one."""
        with self.send_datagram(address, data) as sender:
            sender.settimeout(timeout)
            return sender.recv(65536)

    def reaches(self, address, device=None):
        """Whether packets to an address arrive there and the answer comes back: a closed port refuses a connection."""
        try:
            self.connect(address, 9, device, timeout=1.5).close()
        except ConnectionRefusedError:
            return True
        except OSError:
            return False
        return True

    def _inside(self, function):
        """Call a function in this namespace. setns() moves one thread, so a thread that ends right away is the place."""
        outcome = {}

        def visit():
            try:
                enter(self.name)
                outcome["value"] = function()
            except OSError as error:
                outcome["error"] = error

        thread = threading.Thread(target=visit)
        thread.start()
        thread.join()
        if "error" in outcome:
            raise outcome["error"]
        return outcome["value"]


def family_of(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def enter(name):
    """Move the calling thread into a namespace (Python has os.setns only from 3.12 on)."""
    handle = os.open(f"/run/netns/{name}", os.O_RDONLY)
    try:
        if ctypes.CDLL(None, use_errno=True).setns(handle, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"setns {name}")
    finally:
        os.close(handle)


def cable(one, one_end, other, other_end):
    """A veth pair: an Ethernet cable between two namespaces."""
    one.ip(f"link add {one_end} type veth peer name {other_end} netns {other.name}")
    one.ip(f"link set {one_end} up")
    other.ip(f"link set {other_end} up")


class Process:
    """A program that runs beside the scenario, with its output in a log file."""

    def __init__(self, name, argv, log_path, directory=None):
        self.name = name
        self.log_path = log_path
        with open(log_path, "ab") as log:
            self.popen = subprocess.Popen(
                argv, cwd=directory, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )

    def log(self):
        return self.log_path.read_text(errors="replace")

    def await_log(self, text, times=1):
        """Wait until `text` stands in the log (at least `times` times)."""

        def said():
            if self.popen.poll() is not None and self.log().count(text) < times:
                raise LabFailure(f"{self.name} ended with code {self.popen.returncode} before it said '{text}'")
            return self.log().count(text) >= times

        until(said, f"'{text}' in the log of {self.name}")

    def await_end(self):
        until(lambda: self.popen.poll() is not None, f"the end of {self.name}")
        return self.popen.returncode

    def stop(self, how=signal.SIGTERM):
        """End the program and what it started; SIGKILL for what does not obey."""
        if self.popen.poll() is None:
            self.signal(how)
            try:
                self.popen.wait(TERM_PATIENCE_S)
            except subprocess.TimeoutExpired:
                pass
        self.signal(signal.SIGKILL)
        self.popen.wait()

    def signal(self, number):
        try:
            os.killpg(self.popen.pid, number)
        except ProcessLookupError:
            pass


def command(argv, stdin=None):
    done = subprocess.run(argv, input=stdin, capture_output=True, text=True)
    if done.returncode != 0:
        raise LabFailure(f"{' '.join(argv)}: {done.stderr.strip() or done.stdout.strip() or done.returncode}")
    return done.stdout
