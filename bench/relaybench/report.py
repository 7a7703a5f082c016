# SPDX-License-Identifier: GPL-2.0-or-later
"""The table."""

import os
import platform
import statistics


def machine():
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    print(f"{model}, {os.cpu_count()} processors, Linux {platform.release()}, load {os.getloadavg()[0]:.2f}\n", flush=True)


def median(samples, figure):
    return statistics.median(getattr(sample, figure) for sample in samples)


def cpu(figures):
    names = list(next(iter(figures.values())))
    print(f"CPU time for a packet, in us (how many times that of {names[0]})")
    print(f"{'calls':>6} {'packets/s':>10}" + "".join(f"{name:>24}" for name in names) + f"{'others':>8}")
    for calls, by_name in figures.items():
        base = median(by_name[names[0]], "cpu_us")
        cells = ""
        for name in names:
            value = median(by_name[name], "cpu_us")
            cells += f"{f'{value:.2f} ({value / base:.2f})':>24}"
        others = statistics.median(sample.others for samples in by_name.values() for sample in samples)
        print(f"{calls:>6} {calls * 100:>10}{cells}{others:>8.2f}", flush=True)
        for name, samples in by_name.items():
            if lost := [sample for sample in samples if sample.loss > 0]:
                worst = max(lost, key=lambda sample: sample.loss)
                print(f"       {name} lost {worst.loss:.2%} in its worst of {len(samples)} rounds")
    print("others: processors that something else kept busy meanwhile\n", flush=True)


def limits(found):
    names = list(found)
    print("calls on one core with at most 0.1 % of the packets lost")
    for name in names:
        print(f"  {name:22}{found[name]:>8.0f}   ({found[name] / max(found[names[0]], 1):.2f})")
    print(flush=True)


def delays(figures):
    print("delay through the relay, in us (unless told otherwise, at half of its own limit)")
    for name, samples in figures.items():
        print(f"  {name:22}p50 {median(samples, 'p50_us'):>6.0f}   p99 {median(samples, 'p99_us'):>6.0f}   "
              f"({samples[0].calls} calls; the load was late by {median(samples, 'late_us'):.0f} at worst)")
    print(flush=True)
