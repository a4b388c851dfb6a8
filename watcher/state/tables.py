"""The tables, for SQLite today and PostgreSQL later: what each row promises, and which index serves which question."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

if TYPE_CHECKING:
    from sqlalchemy import Dialect

# Named constraints, so that a migration can change them on either engine.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """An aware time, UTC inside: SQLite drops the zone, so it is put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Store UTC."""
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Give an aware time in UTC."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Words(TypeDecorator[str]):
    """Text from strangers, without what no engine stores: NULs (PostgreSQL) and lone surrogates (both)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """Replace lone surrogates by `?` and drop NULs."""
        if value is None or (value.isascii() and "\0" not in value):
            return value
        return value.encode("utf-8", "replace").decode("utf-8").replace("\0", "")


def _time(name: str, *, is_optional: bool = False) -> Column[datetime]:
    return Column(name, Instant, nullable=is_optional)


# One row for each feed that was ever listed; its validators change only together with the articles they stand for.
feeds = Table(
    "feeds",
    metadata,
    Column("id", Text, primary_key=True),
    Column("is_active", Boolean, nullable=False),
    Column("url", Words, nullable=False),
    Column("etag", Words, nullable=False),
    Column("last_modified", Words, nullable=False),
    Column("body_hash", Text, nullable=False),
    Column("entries", Text, nullable=False, server_default=""),
    _time("next_due", is_optional=True),
    _time("retry_at", is_optional=True),
    _time("last_attempt", is_optional=True),
    _time("last_success", is_optional=True),
    _time("first_polled", is_optional=True),
    _time("newest", is_optional=True),
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
    _time("rated_at", is_optional=True),
    Column("usual_gap", Float, nullable=False),
    _time("gap_at", is_optional=True),
    Index(None, "is_active", "next_due"),
)

# Which machine of a fleet asks a host, and until when no other may; without a holder, the pause after the last request.
leases = Table(
    "leases",
    metadata,
    Column("host", Words, primary_key=True),
    Column("holder", Text, nullable=False),
    _time("until"),
    Index(None, "holder"),
)

# Which rulebooks ever decided anything: rows refer to them by number, as a hash is long and articles are many.
rulebooks = Table(
    "rulebooks",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("hash", Text, nullable=False, unique=True),
    _time("first_used"),
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
    _time("published", is_optional=True),
    _time("told"),
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
    _time("first_seen"),
    Column("content", Text, nullable=False),
)

# Texts that a later one replaced.
edits = Table(
    "edits",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("article", ForeignKey("articles.key", ondelete="CASCADE"), nullable=False),
    Column("feed", Text, nullable=False),
    _time("replaced_at"),
    Column("title", Words, nullable=False),
    Column("summary", Words, nullable=False),
    Column("body", Words, nullable=False),
    Index(None, "article"),
)

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

# Since when a digest is known, or what it last considered: articles first seen long before that are settled for it.
digests = Table(
    "digests",
    metadata,
    Column("id", Text, primary_key=True),
    _time("considered_at"),
)

slots = Table(
    "slots",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("slot", Instant, primary_key=True),
    _time("claimed_at"),
    _time("finished_at", is_optional=True),
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
    _time("planned_at"),
    _time("changed_at"),
    _time("due_at", is_optional=True),
    _time("doubt_since", is_optional=True),
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
    _time("starts"),
    _time("ends"),
)

# What a silence hid when a digest or an alert would have told it: it is never announced.
hidden = Table(
    "hidden",
    metadata,
    Column("article", ForeignKey("articles.key", ondelete="CASCADE"), primary_key=True),
    Column("silence", ForeignKey("silences.id"), primary_key=True),
    _time("at"),
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
    _time("since"),
    Column("told", Words, nullable=False),
)
