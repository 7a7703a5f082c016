# SPDX-License-Identifier: GPL-2.0-or-later
"""What the lab shows. Each scenario gets a fresh World and returns a line of what it measured, or raises LabFailure.

They run in the order of ALL; the slow ones come first, so that they do not have the machine to themselves at the end.
"""

import importlib

from .registry import ALL  # noqa: F401

MODULES = """
    finding_the_box
    service
    systemd
    setup
    box_restart
    reconnect
    softphone
    stage
    media
    relay
    vpn
    other_networks
    pages
    without_proxy
    original
    seed
    several
    habits
    nat
    check
    firewalls
    settings
"""
for module in MODULES.split():  # they register their scenarios
    importlib.import_module(f".{module}", __name__)
