"""Where in a sentence a partner, Russia and a good stand that are read together."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Places:
    """Indexes of a partner, Russia and a good among a sentence's units."""

    partner: int
    russia: int
    good: int

    @property
    def span(self) -> tuple[int, int]:
        """The first and the last of them."""
        places = (self.partner, self.russia, self.good)
        return min(places), max(places)
