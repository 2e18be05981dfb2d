"""The rows of a store as they stand at this moment, whole and without doubles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from fraudsim.errors import InputError
from fraudsim.study.plan.factors import Factor
from fraudsim.study.run import BANDS
from fraudsim.study.storage.layout import Files, files
from fraudsim.study.storage.manifest import POINTS, SAMPLE, manifest
from fraudsim.study.storage.parts import own_entries, read_part
from fraudsim.study.storage.rows import Shape, table
from fraudsim.study.storage.snapshot import steady

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


@dataclass(frozen=True)
class Stored:
    """What a study's directory holds; read anew with every call, so that it may be looked at while it grows.

    Attributes
    ----------
    directory : Path
    about : dict
        The manifest.
    """

    directory: Path
    about: dict[str, Any] = field(repr=False)

    @classmethod
    def open(cls, directory: str | Path) -> Stored:
        """Open a directory.

        Raises
        ------
        InputError
            If it holds no study, or one of a newer version.
        """
        path = Path(directory)
        return cls(path, manifest(path))

    @property
    def content(self) -> dict[str, Any]:
        """All that the results follow from."""
        found: dict[str, Any] = self.about["content"]
        return found

    @property
    def fingerprint(self) -> str:
        """The study's own: see :func:`fraudsim.study.plan.plan.fingerprint`."""
        return str(self.about["fingerprint"])

    @cached_property
    def shape(self) -> Shape:
        """What is kept of each run."""
        c = self.content
        return Shape(("baseline", *c["arms"]), tuple(c["outcomes"]), BANDS if c["daily"] else (), c["breakdown"])

    @cached_property
    def factors(self) -> tuple[Factor, ...]:
        """All factors, uncertainties first."""
        return tuple(Factor.of(plain) for plain in self.content["factors"])

    @property
    def units(self) -> int:
        """Units of work that the study has."""
        return int(self.content["points"]["count"]) * int(self.content["replications"])

    @cached_property
    def points(self) -> pa.Table:
        """Values of all factors, a row each point."""
        return self._table(POINTS)

    @cached_property
    def sample(self) -> pa.Table | None:
        """The sample from the unit cube behind the points; None where there is none."""
        there = (self.directory / SAMPLE.format(self.content["points"]["hash"])).exists()
        return self._table(SAMPLE) if there else None

    def _table(self, pattern: str) -> pa.Table:
        path = self.directory / pattern.format(self.content["points"]["hash"])
        try:
            return read_part(path)
        except FileNotFoundError:
            raise InputError(f"{path}: is missing; put back a copy: the study cannot be read without it") from None

    def files(self) -> Files:
        """Return the files that hold runs now."""
        return files(self.directory)

    def journals(self, paths: Sequence[Path]) -> pa.Table:
        """Return the rows of some journals."""
        return table((entry for path in paths for entry in own_entries(path, self.fingerprint)), self.shape)

    def rows(self, columns: Sequence[str], arm: str | None = None) -> pd.DataFrame:
        """Return rows of all runs as they stand now, failed ones included, doubles too.

        Parameters
        ----------
        columns : sequence of str
            See :meth:`fraudsim.study.storage.rows.Shape.schema`.
        arm : str, optional
            Of one arm alone, without runs that failed.
        """
        import pyarrow as pa
        import pyarrow.compute as pc

        wanted = [*columns, *(["arm"] if arm is not None and "arm" not in columns else [])]

        def chosen(rows: pa.Table) -> pa.Table:
            return (rows if arm is None else rows.filter(pc.equal(rows["arm"], arm))).select(list(columns))

        def look() -> pa.Table:
            found = self.files()
            tables = [chosen(read_part(path, wanted, self.fingerprint)) for path in found.parts]
            return pa.concat_tables([*tables, chosen(self.journals(found.journals))])

        found: pd.DataFrame = steady(look).to_pandas()
        return found

    def done(self, columns: Sequence[str] = ()) -> pd.DataFrame:
        """Return a row for every run and arm, by point, replication and arm, each once.

        Parameters
        ----------
        columns : sequence of str
            Beside run, point, replication, seed and arm.
        """
        import pandas as pd

        head = ["run", "point", "replication", "seed", "arm"]
        rows = self.rows([*head, *columns, "error"])
        rows = rows[rows["error"].isna()].drop(columns="error").drop_duplicates(["run", "arm"])
        rows["arm"] = pd.Categorical(rows["arm"], self.shape.arms, ordered=True)
        rows = rows.sort_values(["point", "replication", "arm"], ignore_index=True)
        return rows.astype({"arm": "str"})

    def failed(self) -> pd.DataFrame:
        """Return a row for every run that failed and was not made good since, with error, inputs and seed."""
        rows = self.rows(["run", "point", "replication", "seed", "error", "attempts", "settings", "seconds"])
        bad = rows[rows["error"].notna() & ~rows["run"].isin(rows["run"][rows["error"].isna()])]
        return bad.drop_duplicates("run", keep="last").sort_values(["point", "replication"], ignore_index=True)

    def status(self) -> dict[str, int]:
        """Return how many units there are, how many are done, have failed, and are left."""
        rows = self.rows(["point", "replication", "error"])
        unit = rows["point"].to_numpy(np.int64) * int(self.content["replications"]) + rows["replication"].to_numpy()
        fine = rows["error"].isna().to_numpy()
        done, bad = np.unique(unit[fine]), np.unique(unit[~fine])
        failed = np.setdiff1d(bad, done).size
        return {"runs": self.units, "done": done.size, "failed": failed, "left": self.units - done.size - failed}
