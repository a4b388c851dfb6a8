"""
What the fork server loads, so that worker processes begin with it and share its memory.

A search for cycles writes to every object that it looks at, and a page that is written to is shared no longer: what is
there before the first worker is forked is put where none looks.
"""

from __future__ import annotations

import gc

from watcher import __main__, reading, rulefiles

__all__ = ["__main__", "reading", "rulefiles"]

gc.collect()
gc.freeze()
