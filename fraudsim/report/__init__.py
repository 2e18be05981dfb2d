"""Figures and tables for people: they draw DataFrames and know no study."""
