# SPDX-License-Identifier: GPL-2.0-or-later
"""Judging sound: G.711 into samples, and whether a tenth of a second of them is one of the lab's tones.

Every end of a call plays a tone of its own, so that what is heard also tells who is heard: an echo, a stranger and
the other call of the house are different tones.
"""

import math
import struct

RATE = 8000
WINDOW = 800  # samples: a tenth of a second, in which tones 10 Hz apart are told from each other
WINDOW_S = WINDOW / RATE
SILENCE_RMS = 100  # of 32768; the tones have thousands
# A tone has to hold this share of all power. 0.8 is reached within 2.6 Hz of the right pitch, far less than the 2 % of 440 Hz.
PURE = 0.8

# Hz; multiples of 10, none an overtone of another.
TONES = {"phone1": 440, "phone2": 620, "home": 1000, "home2": 1570, "stranger": 2110}

SILENCE, NOISE = "silence", "noise"


def a_law(byte):
    """One sample of PCMA (ITU-T G.711)."""
    byte ^= 0x55
    exponent, mantissa = byte >> 4 & 7, byte & 15
    magnitude = (mantissa << 4) + 8 if exponent == 0 else (mantissa << 4) + 0x108 << exponent - 1
    return magnitude if byte & 0x80 else -magnitude


def mu_law(byte):
    """One sample of PCMU (ITU-T G.711)."""
    byte ^= 0xFF
    magnitude = ((byte & 15) << 3) + 0x84 << (byte >> 4 & 7)
    return 0x84 - magnitude if byte & 0x80 else magnitude - 0x84


DECODED = {0: [mu_law(byte) for byte in range(256)], 8: [a_law(byte) for byte in range(256)]}  # by RTP payload type


def decode(payload_type, payload):
    table = DECODED[payload_type]
    return [table[byte] for byte in payload]


def to_a_law(sample):
    """The byte that sounds most like a sample."""
    return min(range(256), key=lambda byte: abs(DECODED[8][byte] - sample))


def tone(hertz, count, amplitude=8000):
    """Samples of a sine."""
    return [round(amplitude * math.sin(2 * math.pi * hertz * n / RATE)) for n in range(count)]


def power_at(samples, hertz):
    """The power of one frequency, as a share of what a sine of that power would have in all (Goertzel)."""
    turn = 2 * math.cos(2 * math.pi * hertz / RATE)
    last = before = 0.0
    for sample in samples:
        last, before = sample + turn * last - before, last
    return 2 * (last * last + before * before - turn * last * before) / len(samples) ** 2


def judge(samples):
    """What one window holds: the Hz of a tone, SILENCE or NOISE."""
    power = sum(sample * sample for sample in samples) / len(samples)
    if power < SILENCE_RMS**2:
        return SILENCE
    return next((hertz for hertz in TONES.values() if power_at(samples, hertz) >= PURE * power), NOISE)


def judge_all(samples):
    """What each whole window holds."""
    return [judge(samples[start : start + WINDOW]) for start in range(0, len(samples) - WINDOW + 1, WINDOW)]


def read_wav(file):
    """The samples of a 16 bit WAV file that may still be growing, so that the lengths in its header say nothing."""
    data = file.read_bytes()[44:]
    return list(struct.unpack(f"<{len(data) // 2}h", data[: len(data) // 2 * 2]))
