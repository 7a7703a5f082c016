# SPDX-License-Identifier: GPL-2.0-or-later
"""Bencoding, in which rtpengine's ng protocol is spoken: integers, strings, lists, dictionaries with sorted keys."""


def encode(value):
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, str):
        data = value.encode()
        return b"%d:%s" % (len(data), data)
    if isinstance(value, list):
        return b"l" + b"".join(map(encode, value)) + b"e"
    return b"d" + b"".join(encode(key) + encode(value[key]) for key in sorted(value)) + b"e"


def decode(data):
    value, end = decode_at(data, 0)
    if end != len(data):
        raise ValueError("bytes behind the value")
    return value


def decode_at(data, at):
    """The value that begins at `at`, and where it ends."""
    kind = data[at:at + 1]
    if kind == b"i":
        end = data.index(b"e", at)
        return int(data[at + 1:end]), end + 1
    if kind in (b"l", b"d"):
        return decode_items(data, at + 1, is_list=kind == b"l")
    colon = data.index(b":", at)
    end = colon + 1 + int(data[at:colon])
    return data[colon + 1:end].decode(errors="replace"), end


def decode_items(data, at, is_list):
    items = []
    while data[at:at + 1] != b"e":
        item, at = decode_at(data, at)
        items.append(item)
    return (items if is_list else dict(zip(items[::2], items[1::2]))), at + 1
