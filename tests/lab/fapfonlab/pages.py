# SPDX-License-Identifier: GPL-2.0-or-later
"""What the pages for users tell them to type, read from the pages, with the addresses of the lab in place of the examples."""

import pathlib
import re

from .topology import BOX, IPV4, VPN_SERVER
from .wait import LabFailure

ROOT = pathlib.Path(__file__).resolve().parents[3]

# The longest first, as one begins like another.
OUR_ADDRESSES = {
    "192.168.178.0/24": IPV4.home_range,
    "192.168.178.20": VPN_SERVER,
    "192.168.178.1": BOX,
    "192.168.178.0": IPV4.home_range.partition("/")[0],
    "10.208.13.": IPV4.vpn_gateway.removesuffix("1"),
}


def blocks(page, heading, replaced=None):
    """The code blocks below a heading, in order. `replaced`: what stands for what, before the addresses are those of the lab."""
    text = (ROOT / page).read_text(encoding="utf-8")
    section = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ (?!.*```)|\Z)", text, re.M | re.S)
    found = re.findall(r"^```\w*\n(.*?)^```$", section[1], re.M | re.S) if section else []
    if not found:
        raise LabFailure(f"{page} has no code below '{heading}'")
    return [with_addresses_of_the_lab(block, replaced or {}) for block in found]


def with_addresses_of_the_lab(block, replaced):
    ours = {words: by for words, by in OUR_ADDRESSES.items() if words not in replaced}
    for words, by in (replaced | ours).items():
        block = block.replace(words, by)
    return block


def run(namespace, block):
    """Carry out these commands there, as a user would copy them; but nothing is installed and no service is started."""
    for line in block.splitlines():
        if not re.match(r"sudo (apt|systemctl|netfilter-persistent) ", line):
            namespace.run("sh", "-c", line)
