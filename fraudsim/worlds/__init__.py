"""Worlds: what a world file may say, how it is read, and how a first state is built from it."""
