# SPDX-License-Identifier: GPL-2.0-or-later
"""What is measured: each is started on the relay's core and set up with the same calls, its own way."""

import itertools
import pathlib
import resource
import shutil
import socket
import subprocess
import tempfile
import time

from . import bencode
from .load import Failure, Load

BOX_IP = "127.30.10.1"
RELAY_IP = "127.30.10.2"
BOX_SIP = f"{BOX_IP}:5062"  # 5060 is fapfon-proxy's on all addresses of this machine
PHONES = 8
PATIENCE_S = 20
# Each has audio ports of its own at Box and phones, so that no packet of one can reach the load of another.
BOX_RTP = {"forwarder": 7100, "forwarder-connected": 7200, "sockets": 7300, "fapfon-proxy": 7400, "rtpengine": 7500}
cookies = itertools.count()
PHONE_RTP = {name: port - 3000 for name, port in BOX_RTP.items()}


def phone_ip(call, calls):
    """The first phone has the first calls."""
    return f"127.20.11.{call * PHONES // calls + 1}"


class Stage:
    """Starts the processes and ends them, those that it has started and no others."""

    def __init__(self, build, load_core, relay_core):
        self.build = build
        self.load_core = load_core
        self.relay_core = relay_core
        self.processes = []
        self.guard = []  # the PID of the guard, if there is one
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="fapfon-bench-"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, name, calls):
        pid, lines = ALL[name](self, name, calls)
        load = Load(name, self.program("media_load"), self.load_core, lines, [pid, *self.guard])
        self.processes.append(load.process)
        return load

    def keep_others_away(self):
        """A process that spins on the relay's core, before all ordinary ones and behind the relays: nothing else fills
        the caches there between two packets, and the core never sleeps. For a machine that others use."""
        process = subprocess.Popen(["chrt", "--fifo", "5", "taskset", "-c", str(self.relay_core), "sh", "-c", "while :; do :; done"])
        self.processes.append(process)
        self.guard = [process.pid]
        self.end_guard = process.kill

    def let_others_in(self):
        """Where time counts and not CPU time: the kernel makes a core that real-time processes fill all the time
        stand still for 50 ms of each second, for the sake of the others."""
        if self.guard:
            self.end_guard()

    def program(self, name):
        return str(self.build / "bench" / name)

    def on_relay_core(self, name, command, **how):
        """A process whose messages stand in a file of its own; before all that the machine does otherwise, but behind
        the load."""
        log = (self.folder / f"{name}.log").open("w")
        process = subprocess.Popen(["chrt", "--fifo", "10", "taskset", "-c", str(self.relay_core), *command],
                                   stderr=log, preexec_fn=many_descriptors, **how)
        self.processes.append(process)
        return process

    def log_of(self, name):
        return (self.folder / f"{name}.log").read_text(errors="replace")[-2000:]


def many_descriptors():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def forwarder(stage, name, calls):
    command = {"forwarder": [stage.program("forwarder"), RELAY_IP],
               "forwarder-connected": [stage.program("forwarder"), RELAY_IP, "--connected"],
               "sockets": [stage.program("socket_forwarder"), RELAY_IP]}[name]
    process = stage.on_relay_core(name, command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    lines = []
    for call in range(calls):
        phone, box = f"{phone_ip(call, calls)}:{PHONE_RTP[name]}", f"{BOX_IP}:{BOX_RTP[name]}"
        process.stdin.write(f"{phone} {box}\n")
        process.stdin.flush()
        legs = process.stdout.readline().split()
        if len(legs) != 2:
            raise Failure(f"the forwarder does not start: {stage.log_of(name)}")
        lines.append(f"{phone} {legs[0]} {box} {legs[1]}")
    process.stdin.close()
    return process.pid, lines


def fapfon_proxy(stage, name, calls):
    log = stage.folder / "fapfon-proxy-own.log"
    command = [str(stage.build / "fapfon-proxy"), "--media=relay", "--rtp-ports=30000-39999", f"--logfile={log}", "-v2",
               "--max-pending-per-line=65535", BOX_SIP]
    process = stage.on_relay_core(name, command)
    wait_for(lambda: log.exists() and " listening " in log.read_text(), process,
             lambda: f"fapfon-proxy does not start: {stage.log_of(name)}{log.read_text() if log.exists() else ''}")
    phones = subprocess.Popen(
        [stage.program("sip_calls"), BOX_SIP, f"{RELAY_IP}:5060", str(BOX_RTP[name]), str(PHONE_RTP[name]),
         str(PHONES), str(calls)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, preexec_fn=many_descriptors)
    stage.processes.append(phones)
    lines = []
    for line in phones.stdout:
        if line == "ready\n":
            return process.pid, lines
        phone, phone_leg, box, box_leg = line.removeprefix("call ").split()
        if phone_leg == box or box_leg == phone:
            raise Failure("fapfon-proxy leaves the audio to the two sides; nothing to measure")
        lines.append(f"{phone} {phone_leg} {box} {box_leg}")
    raise Failure(f"the calls through fapfon-proxy do not come up; its log ends:\n{log.read_text()[-2000:]}")


def rtpengine(stage, name, calls):
    """In userspace (no kernel table), with one worker: it has one core like the others."""
    program = shutil.which("rtpengine")
    if program is None:
        raise Failure("install rtpengine-daemon")
    control = (RELAY_IP, 2223)
    command = [program, "--config-file=none", "--foreground", "--log-stderr", "--log-level=4", "--table=-1", "--num-threads=1",
               f"--interface={RELAY_IP}", f"--listen-ng={control[0]}:{control[1]}", "--port-min=40000", "--port-max=59999",
               "--timeout=7200", "--silent-timeout=7200", f"--pidfile={stage.folder}/rtpengine.pid"]
    process = stage.on_relay_core(name, command, stdout=subprocess.DEVNULL)
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client.connect(control)
    client.settimeout(1)
    wait_for(lambda: ask(client, {"command": "ping"}), process, lambda: f"rtpengine does not start: {stage.log_of(name)}")
    return process.pid, [rtpengine_call(client, name, call, calls) for call in range(calls)]


def rtpengine_call(client, name, call, calls):
    phone, box = (phone_ip(call, calls), PHONE_RTP[name]), (BOX_IP, BOX_RTP[name])
    common = {"call-id": f"bench{call}", "from-tag": "phone", "ICE": "remove", "replace": ["origin"]}
    offer = ask(client, {"command": "offer", "sdp": sdp(*phone), **common})
    answer = ask(client, {"command": "answer", "sdp": sdp(*box), "to-tag": "box", **common})
    if not offer or not answer or "sdp" not in offer or "sdp" not in answer:
        raise Failure(f"rtpengine refuses call {call}: {offer} {answer}")
    return f"{phone[0]}:{phone[1]} {audio_of(answer['sdp'])} {box[0]}:{box[1]} {audio_of(offer['sdp'])}"


def ask(client, request):
    """One command of the ng protocol (a cookie, a blank, a bencoded dictionary); none without an answer. A cookie
    that was there before gets the answer that it got then."""
    try:
        client.send(b"%d " % next(cookies) + bencode.encode(request))
        return bencode.decode(client.recv(65536).partition(b" ")[2])
    except OSError:
        return None


def sdp(ip, port):
    return (f"v=0\r\no=- 1 1 IN IP4 {ip}\r\ns=-\r\nc=IN IP4 {ip}\r\nt=0 0\r\nm=audio {port} RTP/AVP 8\r\n"
            "a=rtpmap:8 PCMA/8000\r\na=sendrecv\r\n")


def audio_of(text):
    """IP:PORT of the only stream."""
    lines = text.splitlines()
    ip = next(line.split()[-1] for line in lines if line.startswith("c="))
    port = next(line.split()[1] for line in lines if line.startswith("m=audio"))
    return f"{ip}:{port}"


def wait_for(condition, process, otherwise):
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        if process.poll() is not None or time.monotonic() > deadline:
            raise Failure(otherwise())
        time.sleep(0.05)


ALL = {"forwarder": forwarder, "forwarder-connected": forwarder, "sockets": forwarder, "fapfon-proxy": fapfon_proxy, "rtpengine": rtpengine}
