# SPDX-License-Identifier: GPL-2.0-or-later
"""The list of scenarios, filled by the decorator."""

ALL = []


def scenario(needs_proxy=True, **world):
    """Put a function into the list; its first line of documentation says what it shows, `world` what World is made of."""

    def register(function):
        function.needs_proxy = needs_proxy
        function.world = world
        ALL.append(function)
        return function

    return register
