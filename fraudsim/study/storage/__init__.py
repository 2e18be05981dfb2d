"""The store of a study: a journal that loses nothing, compressed parts, one writer a directory."""
