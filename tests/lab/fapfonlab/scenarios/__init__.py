# SPDX-License-Identifier: GPL-2.0-or-later
"""What the lab shows. Each scenario gets a fresh World and returns a line of what it measured, or raises LabFailure.

They run in the order of ALL; the slow ones come first, so that they do not have the machine to themselves at the end.
"""

from . import box_restart, reconnect, stage, without_proxy, softphone, vpn, seed, several, habits  # noqa: F401 (they register)
from .registry import ALL  # noqa: F401
