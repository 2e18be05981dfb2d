"""What passes between the agents: seats, money, evidence, operations, and the record of the day."""
