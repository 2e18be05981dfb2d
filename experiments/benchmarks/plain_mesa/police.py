"""Police: files on dens, right and wrong, the weekly work on them, and searches by one force alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import mesa

if TYPE_CHECKING:
    from plain_mesa.dens import Den
    from plain_mesa.model import Country

CASE_DAY, RAID_DAY = 0, 3


@dataclass
class File:
    """Confirmations of a den's address, and of an address that is not the den's."""

    right: float = 0.0
    astray: float = 0.0

    @property
    def weight(self) -> float:
        """Confirmations of both kinds, as the police see them."""
        return self.right + self.astray


class Force(mesa.Agent):
    """A country's police."""

    def __init__(self, model: Any, country: Country, investigators: float, officers: int) -> None:
        super().__init__(model)
        self.country, self.investigators, self.officers = country, investigators, officers
        self.files: dict[Den, File] = {}

    def confirm(self, den: Den) -> None:
        """Note a pointer to a den, which may lead astray."""
        file = self.files.setdefault(den, File())
        if self.model.random.random() < self.model.p.investigation.precision:
            file.right += 1.0
        else:
            file.astray += 1.0

    def step(self) -> None:
        """Do the week's work on its days."""
        weekday = self.model.today % 7
        if weekday == CASE_DAY:
            self.forget()
            self.notice()
            self.work_cases()
        elif weekday == RAID_DAY:
            self.raid()

    def forget(self) -> None:
        """Let evidence go stale."""
        kept = 0.5 ** (1.0 / self.model.p.investigation.half_life_weeks)
        for file in self.files.values():
            file.right *= kept
            file.astray *= kept

    def notice(self) -> None:
        """Hear of dens on the spot, less where they are protected."""
        for den in self.model.dens:
            if den.calls and den.country is self.country:
                chance = 7.0 * self.model.p.investigation.tip_off * (1.0 - den.protection)
                if self.model.random.random() < chance:
                    self.confirm(den)

    def work_cases(self) -> None:
        """Work the files with most evidence, as many as there are people for."""
        p, chance = self.model.p.investigation, self.model.random.random
        open_files = [(file.weight, den.unique_id, den, file) for den, file in self.files.items() if file.weight > 0.0]
        cases = sorted(open_files, reverse=True)[: int(self.investigators / p.investigators_per_case)]
        for _, _, den, file in cases:
            if den.calls:
                for _ in range(self.model.rng.poisson(p.progress)):
                    self.confirm(den)
            elif chance() < p.refute:
                file.right = 0.0
            if chance() < p.refute:
                file.astray = 0.0

    def raid(self) -> None:
        """Search what its own files have a warrant for, the strongest first, as officers allow."""
        p, warrant = self.model.p.raids, self.model.p.investigation.warrant
        sites = [(weight, den.unique_id, right, den) for den, file in self.files.items() if den.country is self.country
                 for right, weight in ((True, file.right), (False, file.astray)) if weight >= warrant]
        for _, _, right, den in sorted(sites, reverse=True)[: self.officers // p.officers_per_site]:
            self.search(den, right)

    def search(self, den: Den, right: bool) -> None:
        """Search an address and close the file on it; a den that is found there ends."""
        model, file = self.model, self.files[den]
        model.count["searches"] += 1
        if right:
            file.right = 0.0
        else:
            file.astray = 0.0
        if right and den.calls and model.random.random() < model.p.raids.find_share:
            den.dismantle()
        else:
            model.count["searches_empty"] += 1
