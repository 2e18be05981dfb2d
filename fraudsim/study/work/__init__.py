"""Doing a study: units of work, workers that may fail, and what is kept of them."""
