# SPDX-License-Identifier: GPL-2.0-or-later
"""The parts of the lab; `tests/lab/run` is the way in, README.md the guide."""
