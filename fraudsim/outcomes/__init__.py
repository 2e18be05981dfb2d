"""What is measured: pure functions of the daily record."""

from fraudsim.outcomes.catalogue import DISPLACEMENT, OUTCOMES, Outcome, by_country, summary, total

__all__ = ["DISPLACEMENT", "OUTCOMES", "Outcome", "by_country", "summary", "total"]
