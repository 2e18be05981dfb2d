"""What happens in a day: one verb a file, in the order of ``fraudsim.day``."""
