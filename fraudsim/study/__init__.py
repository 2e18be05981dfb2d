"""Studies: runs, comparisons and checks, in replications that share their draws; kept on disk."""
