"""Who acts: the columns of every kind of agent, how one is created, and what one decides."""
