"""Importing this makes a process ready to run worlds: everything is imported, and all loops are loaded.

See :func:`fraudsim.study.workers.prepare`. Where it fails nothing is said: each worker meets the error by itself, with
somebody to tell it to.
"""

from __future__ import annotations

import contextlib

with contextlib.suppress(Exception):
    import fraudsim.study.sweep
    import fraudsim.study.work.unit  # noqa: F401
    from fraudsim.simulation import live_a_little

    live_a_little(days=42)
