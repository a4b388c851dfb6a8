"""The tables, for SQLite and PostgreSQL: what each row promises, and which index serves which question."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from watcher.state.columns import Instant, Words, metadata, time_of

__all__ = ["metadata"]  # the tables themselves are imported by name

# One row for each feed that was ever listed; its validators change only together with the articles they stand for.
feeds = Table(
    "feeds",
    metadata,
    Column("id", Text, primary_key=True),
    Column("is_active", Boolean, nullable=False),
    Column("url", Words, nullable=False),
    Column("host", Words, nullable=False, server_default=""),
    Column("etag", Words, nullable=False),
    Column("last_modified", Words, nullable=False),
    Column("body_hash", Text, nullable=False),
    Column("entries", Text, nullable=False, server_default=""),
    time_of("next_due", is_optional=True),
    time_of("retry_at", is_optional=True),
    time_of("last_attempt", is_optional=True),
    time_of("last_success", is_optional=True),
    time_of("first_polled", is_optional=True),
    time_of("newest", is_optional=True),
    Column("failures", Integer, nullable=False),
    Column("reason", Words, nullable=False),
    Column("detail", Words, nullable=False),
    Column("moved_to", Words, nullable=False),
    Column("moved_count", Integer, nullable=False),
    Column("articles", Integer, nullable=False),
    Column("name", Words, nullable=False, server_default=""),
    Column("language", Text, nullable=False, server_default=""),
    Column("country", Text, nullable=False, server_default=""),
    Column("held", Integer, nullable=False),
    Column("empties", Integer, nullable=False),
    Column("is_undated", Boolean, nullable=False),
    Column("rate", Float, nullable=False),
    time_of("rated_at", is_optional=True),
    Column("usual_gap", Float, nullable=False),
    time_of("gap_at", is_optional=True),
    Index(None, "is_active", "next_due"),
    Index(None, "host"),
)

# Which machine of a fleet asks a host, and until when no other may, the host's pause in seconds included; without a
# holder it is the pause after the last request.
leases = Table(
    "leases",
    metadata,
    Column("host", Words, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("pause", Float, nullable=False, server_default="0"),
    time_of("until"),
    Index(None, "holder"),
)

# Which rulebooks ever decided anything: rows refer to them by number, as a hash is long and articles are many.
rulebooks = Table(
    "rulebooks",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("hash", Text, nullable=False, unique=True),
    time_of("first_used"),
)

# The archive: each article once, as it reads now. `content` tells an edit, `twin` the same address and headline
# under another id, `told` is when it was published or, undated or dated ahead, first seen. The body stands last: SQLite
# then reads the other columns without it.
articles = Table(
    "articles",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("feed", Text, nullable=False),
    Column("first_seen", Instant, nullable=False),
    Column("is_backfill", Boolean, nullable=False),
    Column("rulebook", ForeignKey("rulebooks.key"), nullable=False),
    Column("content", Text, nullable=False),
    Column("twin", Text, nullable=True),
    time_of("published", is_optional=True),
    time_of("told"),
    Column("url", Words, nullable=False),
    Column("source", Words, nullable=False),
    Column("language", Words, nullable=False),
    Column("author", Words, nullable=False),
    Column("kind", Text, nullable=False),
    Column("tags", JSON, nullable=False),
    Column("title", Words, nullable=False),
    Column("summary", Words, nullable=False),
    Column("body", Words, nullable=False),
    Column("categories", JSON, nullable=False, server_default="[]"),
    Column("enclosure", Words, nullable=False, server_default=""),
    Index(None, "first_seen", "key"),
    Index(None, "told", "key"),
    Index(None, "twin"),
)

# Which feeds brought an article, and the text as each last gave it: only a change of a feed's own text is an edit.
sightings = Table(
    "sightings",
    metadata,
    Column("article", ForeignKey("articles.key", ondelete="CASCADE"), primary_key=True),
    Column("feed", Text, primary_key=True),
    time_of("first_seen"),
    Column("content", Text, nullable=False),
)

# What a feed showed under an id, where its sighting doesn't tell: a text before the last one, or an article that the
# archive has under another id. Shown again it is no news.
shown = Table(
    "shown",
    metadata,
    Column("id", Text, primary_key=True),
    Column("feed", Text, primary_key=True),
    Column("content", Text, primary_key=True),
    Column("article", ForeignKey("articles.key", ondelete="CASCADE"), nullable=False),
    Index(None, "article"),
)

# Texts that a later one replaced.
edits = Table(
    "edits",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("article", ForeignKey("articles.key", ondelete="CASCADE"), nullable=False),
    Column("feed", Text, nullable=False),
    time_of("replaced_at"),
    Column("title", Words, nullable=False),
    Column("summary", Words, nullable=False),
    Column("body", Words, nullable=False),
    Index(None, "article"),
)

# What was removed because it was old: shown again by its feed it is no news.
forgotten = Table(
    "forgotten",
    metadata,
    Column("id", Text, primary_key=True),
    Column("twin", Text, nullable=True),
    Index(None, "twin"),
)

# What articles say; `told` is the article's, so that when a thing was last said, and what was said lately, is answered
# by an index.
relations = Table(
    "relations",
    metadata,
    Column("article", ForeignKey("articles.key", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("partner", Text, nullable=False),
    Column("good", Text, nullable=False),
    Column("direction", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("evidence", Words, nullable=False),
    Column("attributed_to", Words, nullable=False),
    Column("sentence", Integer, nullable=False),
    Column("figures", JSON, nullable=False),
    time_of("told", is_optional=True),
    Index(None, "partner", "good", "direction", "told"),
    Index(None, "told", "article"),
)

# `in_hindsight`: found by a rescan, which announces nothing.
matches = Table(
    "matches",
    metadata,
    Column("article", ForeignKey("articles.key", ondelete="CASCADE"), primary_key=True),
    Column("rule", Text, primary_key=True),
    Column("priority", Text, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("relations", JSON, nullable=False),
    Column("rulebook", ForeignKey("rulebooks.key"), nullable=False),
    Column("in_hindsight", Boolean, nullable=False),
    Index(None, "priority", "article"),
)

# Articles that Watcher fell over, and how: they are tried again once another rulebook, or another Watcher, is there.
unread = Table(
    "unread",
    metadata,
    Column("article", ForeignKey("articles.key", ondelete="CASCADE"), primary_key=True),
    Column("reason", Words, nullable=False),
    time_of("at"),
)

# Since when a digest is known, or what it last considered: articles first seen long before that are settled for it.
digests = Table(
    "digests",
    metadata,
    Column("id", Text, primary_key=True),
    time_of("considered_at"),
)

slots = Table(
    "slots",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("slot", Instant, primary_key=True),
    time_of("claimed_at"),
    time_of("finished_at", is_optional=True),
    Column("outcome", Text, nullable=False),
)

# The outbox. `changed_at` is when the status last changed: for a part in doubt, when its last attempt began or ended.
# `doubt_since` is the first attempt that may have posted it, `due_at` when it is looked at again, `rank` where it
# stands if it was cut off another part, `reply_to` the part in whose thread it goes.
parts = Table(
    "parts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("slot", Instant, nullable=False),
    Column("key", Text, nullable=False),
    Column("part", Integer, nullable=False),
    Column("of", Integer, nullable=False),
    Column("channel", Text, nullable=False),
    Column("destination", Text, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("status", Text, nullable=False),
    Column("reason", Words, nullable=False),
    Column("ts", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    time_of("planned_at"),
    time_of("changed_at"),
    time_of("due_at", is_optional=True),
    time_of("doubt_since", is_optional=True),
    Column("rank", Float, nullable=True),
    Column("reply_to", ForeignKey("parts.id"), nullable=True),
    UniqueConstraint("key", "part"),
    Index(None, "status"),
    Index(None, "digest", "status"),
    Index(None, "destination", "changed_at"),
)

# What a digest has said, or has in the outbox: an article stands in one part of a digest, once.
deliveries = Table(
    "deliveries",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("article", ForeignKey("articles.key", ondelete="CASCADE"), primary_key=True),
    Column("part", ForeignKey("parts.id"), nullable=False),
    Index(None, "part", "article"),
    Index(None, "article"),
)

# What is not to be announced from `starts` until `ends`: lists of ids, an empty one for any.
silences = Table(
    "silences",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("partners", JSON, nullable=False),
    Column("goods", JSON, nullable=False),
    Column("directions", JSON, nullable=False),
    Column("statuses", JSON, nullable=False),
    Column("rules", JSON, nullable=False),
    Column("wording", Words, nullable=False),
    Column("author", Words, nullable=False),
    Column("reason", Words, nullable=False),
    time_of("starts"),
    time_of("ends"),
)

# What a silence hid when a digest or an alert would have told it: it is never announced.
hidden = Table(
    "hidden",
    metadata,
    Column("article", ForeignKey("articles.key", ondelete="CASCADE"), primary_key=True),
    Column("silence", ForeignKey("silences.id"), primary_key=True),
    time_of("at"),
    Index(None, "silence", "at"),
    Index(None, "at"),
)

# What is wrong with a subject, "" for nothing, and the problem that was told last: where they differ there is news.
health = Table(
    "health",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("problem", Words, nullable=False),
    time_of("since"),
    Column("told", Words, nullable=False),
)

# The pages that were asked for the full text of an article; `next_try` is empty once that is settled.
pages = Table(
    "pages",
    metadata,
    Column("article", ForeignKey("articles.key", ondelete="CASCADE"), primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    time_of("tried_at"),
    time_of("next_try", is_optional=True),
)
