"""What is measured: pure functions of the daily record."""

from fraudsim.outcomes.breakdowns import BREAKDOWNS, BY_COUNTRY
from fraudsim.outcomes.catalogue import DISPLACEMENT, OUTCOMES, summary
from fraudsim.outcomes.outcome import Outcome, by_country, total

__all__ = ["BREAKDOWNS", "BY_COUNTRY", "DISPLACEMENT", "OUTCOMES", "Outcome", "by_country", "summary", "total"]
