"""The inner loops of the day: what happens to each of many people, calls or payments, compiled.

One module a process. A loop reads like the rule it follows, one person after the other; it takes plain arrays,
writes in place or returns arrays, and draws through the generator of :mod:`fraudsim.core.draws`. The process
itself says what happens in which order, and adds the rows.
"""
