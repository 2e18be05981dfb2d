"""Parts: compressed files of finished runs, which know whose they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fraudsim.errors import InputError
from fraudsim.study.plan.plan import run_name
from fraudsim.study.storage.journal import entries
from fraudsim.study.storage.layout import put
from fraudsim.worlds.problems import one_line

if TYPE_CHECKING:
    import pyarrow as pa

STUDY = b"fraudsim.study"
"""Under this name a part's metadata hold the fingerprint of its study."""


def write_part(rows: pa.Table, path: Path, fingerprint: str) -> None:
    """Write a part, whole or not at all."""
    from fraudsim.study.storage.manifest import write_parquet

    known = rows.replace_schema_metadata({STUDY: fingerprint.encode()})
    put(path, lambda part: write_parquet(known, part))


def read_part(path: Path, columns: Sequence[str] | None = None, fingerprint: str | None = None) -> pa.Table:
    """Read a part of a study, or one of its other tables.

    Raises
    ------
    FileNotFoundError
        If it is gone, as after another process has made a part of a journal.
    InputError
        In one line, if it is damaged or holds runs of another study.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            found = file.read(columns=None if columns is None else list(columns))
    except FileNotFoundError:
        raise
    except (OSError, pa.ArrowException, KeyError) as error:
        raise InputError(_damaged(path, str(error))) from None
    _refuse_foreign(path, (found.schema.metadata or {}).get(STUDY), fingerprint)
    return found


def check_parts(paths: Iterable[Path], fingerprint: str) -> None:
    """Look at the end of every part, which says what it holds.

    Raises
    ------
    InputError
        As :func:`read_part`.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    for path in paths:
        try:
            metadata = pq.read_metadata(path).metadata or {}
        except FileNotFoundError:
            raise
        except (OSError, pa.ArrowException) as error:
            raise InputError(_damaged(path, str(error))) from None
        _refuse_foreign(path, metadata.get(STUDY), fingerprint)


def own_entries(path: Path, fingerprint: str) -> Iterable[dict[str, Any]]:
    """Yield what a journal says; a line that lacks what a run has is passed over, and its run is done again.

    Raises
    ------
    InputError
        If it holds a run of another study.
    """
    for entry in filter(_is_whole, entries(path)):
        if entry["run"] != run_name(fingerprint, entry["point"], entry["replication"]):
            raise InputError(_foreign(path))
        yield entry


def _is_whole(entry: dict[str, Any]) -> bool:
    kinds = {"run": str, "point": int, "replication": int, "seed": int}
    return all(isinstance(entry.get(name), kind) for name, kind in kinds.items()) \
        and ("error" in entry or isinstance(entry.get("values"), list))


def _refuse_foreign(path: Path, there: bytes | None, fingerprint: str | None) -> None:
    if there is not None and fingerprint is not None and there != fingerprint.encode():
        raise InputError(_foreign(path))


def _foreign(path: Path) -> str:
    return f"{path}: holds runs of another study; move it away, and the same sweep does what is missing"


def _damaged(path: Path, why: str) -> str:
    said = one_line(" ".join(why.split()))[:120]
    return f"{path}: is damaged ({said}); put back a copy, or move it away, and the same sweep does its runs again"
