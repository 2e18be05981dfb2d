"""The compiled draws once more, in plain Python: twins that tests compare bit for bit."""

from __future__ import annotations

import zlib


def uniform_plain(run: int, key: int, code: int, day: int, index: int) -> float:
    """Compute one uniform in plain Python: the twin that tests compare the compiled draw with."""
    low = 0xFFFFFFFF
    c = [key & low, key >> 32, code, ((day & 0xFFFF) << 16) | (index & 0xFFFF)]
    k0, k1 = run & low, run >> 32
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(p1 >> 32) ^ c[1] ^ k0, p1 & low, (p0 >> 32) ^ c[3] ^ k1, p0 & low]
        k0, k1 = (k0 + 0x9E3779B9) & low, (k1 + 0xBB67AE85) & low
    return (((c[0] << 32) | c[1]) >> 12) * 2.0**-52 + 2.0**-53


def child_key_plain(parent: int, kind: str, ordinal: int) -> int:
    """Compute one child key in plain Python: the twin of :func:`child_keys`."""
    mask = (1 << 64) - 1

    def mix(x: int) -> int:
        x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & mask
        x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & mask
        return x ^ (x >> 31)

    x = mix((parent + 0x9E3779B97F4A7C15) & mask)
    x = mix(((x ^ zlib.crc32(kind.encode())) + 0x9E3779B97F4A7C15) & mask)
    return mix(((x ^ (ordinal & mask)) + 0x9E3779B97F4A7C15) & mask)
