"""Machinery that knows nothing of fraud: tables, draws, handles, indexes."""
