"""Scams as data: a script is a list of stages and, at the end, a demand.

Nothing here holds wording: a stage is a channel, a role, hours and a probability.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Channel = Literal["voice", "sms", "social", "web"]
CHANNELS: tuple[Channel, ...] = ("voice", "sms", "social", "web")
"""Channels, in the order of every array by channel."""


@dataclass(frozen=True)
class Stage:
    """One stage of a script.

    Parameters
    ----------
    role : str
        Part that is played.
    channel : {"voice", "sms", "social", "web"}
    hours : float
        Live conversation the stage takes, hours.
    success : float
        Probability that a standard person goes on to the next stage; for the first stage, given that
        the call was answered.
    delay_days : int
        Days until the next stage, at least 0.
    """

    role: str
    channel: Channel
    hours: float
    success: float
    delay_days: int


@dataclass(frozen=True)
class Script:
    """A scam.

    Parameters
    ----------
    name : str
    stages : tuple of Stage
    demand_median : int
        Median of the first demand, cents of the accounting currency.
    demand_sigma : float
        Standard deviation of its logarithm.
    further_demand : float
        Probability that a victim who paid is asked, and agrees to hear, once more.
    severe_harm : float
        Probability of severe harm (suicide, destitution) of a victim who loses all savings; in
        proportion for less.
    contacts : tuple of float
        Share of the callers' time for first contacts by channel, in the order of :data:`CHANNELS`, while nothing
        is blocked; adds up to 1.
    needs_site : bool
        Whether victims pay through a site of the den's.
    """

    name: str
    stages: tuple[Stage, ...]
    demand_median: int
    demand_sigma: float
    further_demand: float
    severe_harm: float
    contacts: tuple[float, ...] = (1.0, 0.0, 0.0, 0.0)
    needs_site: bool = False


class ScriptBook:
    """All scripts as arrays, for the processes.

    Attributes
    ----------
    stages : int64, shape (scripts,)
        Number of stages.
    success : float64, shape (scripts, most stages + 1)
    seconds : int64, shape (scripts, most stages + 1)
        Live conversation; whole seconds, so that sums do not depend on their order.
        Past its last stage a script goes on surely, and takes no time.
    delay : int64, shape (scripts, most stages + 1)
        Days from a stage to the next; none past the last.
    median : float64, shape (scripts,)
        Median demand, cents.
    sigma, further, harm : float64, shape (scripts,)
    channel : int64, shape (scripts, most stages + 1)
        Channel of a stage: position in :data:`CHANNELS`.
    contacts : float64, shape (scripts, channels)
        Share of the time for first contacts.
    needs_site : bool, shape (scripts,)
    """

    def __init__(self, scripts: tuple[Script, ...]) -> None:
        most = max((len(s.stages) for s in scripts), default=1)
        shape = (len(scripts), most + 1)
        self.success, self.delay = np.ones(shape), np.zeros(shape, np.int64)
        self.seconds, self.channel = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        for i, script in enumerate(scripts):
            for j, stage in enumerate(script.stages):
                self.success[i, j], self.delay[i, j] = stage.success, stage.delay_days
                self.seconds[i, j] = round(3600 * stage.hours)
                self.channel[i, j] = CHANNELS.index(stage.channel)
        self.stages: NDArray[np.int64] = np.array([len(s.stages) for s in scripts], np.int64)
        self.median = np.array([s.demand_median for s in scripts], np.float64)
        self.sigma = np.array([s.demand_sigma for s in scripts], np.float64)
        self.further = np.array([s.further_demand for s in scripts], np.float64)
        self.harm = np.array([s.severe_harm for s in scripts], np.float64)
        self.contacts = np.array([s.contacts for s in scripts], np.float64).reshape(len(scripts), len(CHANNELS))
        self.needs_site = np.array([s.needs_site for s in scripts], bool)
