"""One file for each group of commands; only here are settings read."""
