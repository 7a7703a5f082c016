# SPDX-License-Identifier: GPL-2.0-or-later
"""media_load as an object: calls go in, what became of their packets comes out."""

import json
import subprocess
import time


class Failure(Exception):
    """Why there is no figure; a sentence for the user."""


QUIET = 0.15  # processors that others may keep busy during a measurement that counts


class Load:
    patience_s = 0  # how long all measurements together may wait for a quiet machine

    def __init__(self, name, program, core, calls, pids):
        self.name = name
        # At its own core, before all others: it must never be the limit.
        self.process = subprocess.Popen(
            ["chrt", "--fifo", "20", "taskset", "-c", str(core), program],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.pids = " ".join(str(pid) for pid in pids)
        for call in calls:
            self.process.stdin.write(f"call {call}\n")

    def run(self, calls, seconds, warm_up=0.3):
        """One measurement with the first `calls` calls; again while the machine is not quiet and patience lasts."""
        while True:
            began = time.monotonic()
            sample = self.run_once(calls, seconds, warm_up)
            if sample.others <= QUIET or Load.patience_s <= 0:
                return sample
            Load.patience_s -= time.monotonic() - began

    def run_once(self, calls, seconds, warm_up):
        self.process.stdin.write(f"run {calls} {round(warm_up * 1000)} {round(seconds * 1000)} {self.pids}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise Failure("the load generator has died")
        sample = Sample(json.loads(line))
        if sample.misled:
            raise Failure(f"{self.name}: {sample.misled} packets came out at the wrong side or from a wrong address")
        return sample


class Sample:
    """What one run has shown."""

    def __init__(self, figures):
        self.calls = figures["calls"]
        self.sent = figures["sent"]
        self.received = figures["received"]
        self.misled = figures["misled"]  # at the wrong socket or from a wrong address
        self.loss = 1 - self.received / self.sent
        self.cpu_us = figures["cpu_ns"] / 1000 / max(self.received, 1)
        self.p50_us = figures["p50_us"]
        self.p99_us = figures["p99_us"]
        self.late_us = figures["late_us"]  # how far behind its plan the load was, at worst
        self.others = figures["others"]  # processors' work that is neither the load's nor the relay's
