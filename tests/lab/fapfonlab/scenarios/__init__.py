# SPDX-License-Identifier: GPL-2.0-or-later
"""What the lab shows. Each scenario gets a fresh World and returns a line of what it measured, or raises LabFailure.

They run in the order of ALL; the slow ones come first, so that they do not have the machine to themselves at the end.
"""

# isort: off
from . import finding_the_box, box_restart, reconnect, stage, without_proxy  # noqa: F401 (they register)
from . import softphone, vpn, service, original, seed, several, habits, nat, check  # noqa: F401
from .registry import ALL  # noqa: F401
