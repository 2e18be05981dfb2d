"""Reading a stored study: tables, summaries, queries, exports."""
