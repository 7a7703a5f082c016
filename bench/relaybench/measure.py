# SPDX-License-Identifier: GPL-2.0-or-later
"""The plan: who is loaded how much, how often, in which order. Rounds are interleaved (A B C A B C ...), so that what
else the machine does hits all alike, and medians are taken."""

import statistics

from .load import Failure

MOST_LOSS = 0.001
LEARNING_S = 4  # rtpengine listens for 3 s before it believes who sends
# Delays are taken in many short pieces, of which the median counts: a kernel that stops real-time processes for 50 ms
# in a second, because others starve, spoils few of them.
DELAY_S = 0.25
PIECES = 3  # for each round
PROBES = 6  # halvings of the range in which the limit lies


def smoke(loads, options):
    """Do packets pass? Says so, with the exit code."""
    bad = 0
    for load in loads:
        sample = load.run(options.calls, options.seconds)
        good = sample.received == sample.sent
        bad += not good
        print(f"{load.name:20} {sample.received} of {sample.sent} packets, "
              f"{sample.cpu_us:.2f} us each, p99 {sample.p99_us} us")
    print("all packets pass" if not bad else "PACKETS ARE LOST")
    return 1 if bad else 0


def learn(loads, options):
    """All calls once, so that every relay knows its peers."""
    for load in loads:
        calls = min(options.calls, 300)
        sample = load.run(calls, 1, LEARNING_S)
        if sample.loss > 0.01:
            raise Failure(f"{load.name} does not relay {calls} calls: {sample.received} of {sample.sent} packets")


def cpu(loads, options):
    """{calls: {name: [sample of each round]}}"""
    learn(loads, options)
    figures = {}
    for calls in options.loads:
        figures[calls] = {load.name: [] for load in loads}
        for _ in range(options.rounds):
            for load in loads:
                figures[calls][load.name].append(load.run(calls, options.seconds))
    return figures


def limits(loads, options):
    """{name: largest number of calls without loss, the median of the rounds}"""
    found = {load.name: [] for load in loads}
    for _ in range(max(1, (options.rounds + 1) // 2)):
        for load in loads:
            found[load.name].append(limit_of(load, options))
    return {name: statistics.median(values) for name, values in found.items()}


def limit_of(load, options):
    """By halving; a number fails when it has lost packets twice."""
    low, high = 0, options.calls
    first = max(1, min(options.calls, round(1e6 / 100 / load.run(min(300, options.calls), 1).cpu_us)))
    at = first  # what the CPU time of a packet promises
    for _ in range(PROBES):
        if carries(load, at, options):
            low = at
        else:
            high = at
        if high - low <= max(1, low // 50) or low == options.calls:
            break
        at = min((low + high) // 2, max(low + low // 4, 1)) if low else high * 3 // 4
    return low


def carries(load, calls, options):
    for _ in range(2):
        sample = load.run(calls, options.seconds)
        if sample.loss <= MOST_LOSS:
            return True
    return False


def delays(loads, calls, options):
    """{name: [sample of each piece]} at calls[name]"""
    figures = {load.name: [] for load in loads}
    for _ in range(options.rounds * PIECES):
        for load in loads:
            figures[load.name].append(load.run(calls[load.name], min(DELAY_S, options.seconds)))
    return figures
