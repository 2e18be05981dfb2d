"""The contact, scam and worker core of fraudsim, written again the way Mesa's tutorial teaches: an object per agent.

Written from docs/model.md and docs/parameters.md, to be compared with fraudsim: for speed and, since no line of code
is shared, for what comes out. It takes its numbers from a world file and nothing else from fraudsim.
"""

from plain_mesa.model import OUTCOMES, PlainModel

__all__ = ["OUTCOMES", "PlainModel"]
