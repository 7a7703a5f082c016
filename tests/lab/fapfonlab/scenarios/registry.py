# SPDX-License-Identifier: GPL-2.0-or-later
"""The list of scenarios, filled by the decorator."""

ALL = []


def scenario(needs_proxy=True):
    """Put a function into the list; its first line of documentation says what it shows."""

    def register(function):
        function.needs_proxy = needs_proxy
        ALL.append(function)
        return function

    return register
