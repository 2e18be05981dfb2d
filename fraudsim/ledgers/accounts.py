"""Money: every unit is in exactly one place at every moment."""

from __future__ import annotations

ACCOUNTS: dict[str, str] = {
    "residents": "what victims have lost less what came back to them (negative)",
    "mules": "payments in mule accounts",
    "frozen": "payments frozen in mule accounts",
    "syndicates": "capital of all syndicates: the sum of syndicates.capital",
    "launderers": "fees of those who launder",
    "staff": "wages and commissions paid to workers",
    "suppliers": "numbers, leads, equipment, recruiters and travel",
    "hosts": "rent and protection",
    "owners": "profit taken out, less capital put in",
    "families": "ransoms paid by kin (negative)",
    "seized": "taken by the police at raids, not yet decided on",
    "treasury": "confiscated by courts, less what was paid out to victims",
    "gamblers": "net income of dens from other illegal business (negative)",
}
"""Account names with what stands in them, cents; their sum is zero at every moment."""


class Accounts:
    """Double-entry accounts in cents of the accounting currency.

    Examples
    --------
    >>> accounts = Accounts()
    >>> accounts.move("residents", "mules", 500)
    >>> accounts.balance["mules"], accounts.total()
    (500, 0)
    """

    def __init__(self) -> None:
        self.balance = dict.fromkeys(ACCOUNTS, 0)

    def move(self, source: str, to: str, cents: int) -> None:
        """Move an amount from one account to another."""
        self.balance[source] -= cents
        self.balance[to] += cents

    def total(self) -> int:
        """Return the sum of all accounts, which is zero."""
        return sum(self.balance.values())

    def copy(self) -> Accounts:
        """Return an independent copy."""
        twin = Accounts()
        twin.balance = dict(self.balance)
        return twin
