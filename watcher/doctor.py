"""What could keep digests from a desk: files, clock, zones, disk, archive, channels, what is kept undelivered."""

from __future__ import annotations

import secrets
import shutil
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, Literal

from watcher.channels import open_channel
from watcher.deliver.channel import Doubt
from watcher.deliver.slack import EVENT_TYPE, SlackChannel
from watcher.deliver.slots import following
from watcher.errors import WatcherError
from watcher.state.outbox import KEPT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from watcher.channels import Access
    from watcher.deliver.digests import ChannelPlan, DigestBook
    from watcher.state.store import Store

ROOM, LITTLE = 50_000_000, 1_000_000_000
SKEW = timedelta(seconds=60)
WRITE, READ = "chat:write", ("channels:history", "groups:history")


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, how it is, and what to do where it isn't well."""

    name: str
    state: Literal["ok", "warning", "error"]
    said: str


@dataclass(frozen=True, slots=True)
class Doctor:
    """Looks after one workspace; with `is_posting` a message goes to each Slack channel, and one into its thread."""

    store: Store
    book: DigestBook
    access: Access
    now: datetime
    is_posting: bool = False

    def checks(self) -> Iterator[Check]:
        """Look at everything, one after another."""
        yield from self._zones()
        yield self._disk()
        yield self._archive()
        yield self._outbox()
        for name, plan in self.book.channels.items():
            yield from self._channel(name, plan)

    def _zones(self) -> Iterator[Check]:
        try:
            data = f"zone data {version('tzdata')}"
        except PackageNotFoundError:
            data = "zone data of the system"
        for plan in self.book.digests:
            at = following(plan, self.now).astimezone(plan.zone)
            yield Check(f"digest {plan.id}", "ok", f"next on {at:%a %d %b, %H:%M} {plan.timezone} ({data})")

    def _disk(self) -> Check:
        free = shutil.disk_usage(self.access.folder).free
        said = f"{free / 1e9:.1f} GB free"
        if free < ROOM:
            return Check("disk", "error", f"{said}: the archive can't grow")
        return Check("disk", "warning" if free < LITTLE else "ok", said)

    def _archive(self) -> Check:
        engine, wrong = self.store.database.examine()
        if wrong:
            return Check("archive", "error", f"{engine}: {wrong}: take back a copy")
        return Check("archive", "ok", engine)

    def _outbox(self) -> Check:
        kept = self.store.outbox.parts(*KEPT)
        if not kept:
            return Check("outbox", "ok", "nothing is kept undelivered")
        return Check("outbox", "warning", f"{len(kept)} messages are kept undelivered: `watcher status` says why")

    def _channel(self, name: str, plan: ChannelPlan) -> Iterator[Check]:
        try:
            open_channel(plan, self.access).ready()
        except WatcherError as error:
            yield Check(f"channel {name}", "error", str(error))
            return
        if plan.slack:
            yield from self._slack(f"channel {name}", plan.slack)
        else:
            yield Check(f"channel {name}", "ok", "all is there that posting needs")

    def _slack(self, name: str, place: str) -> Iterator[Check]:
        access = self.access
        slack = SlackChannel(place, token=access.token, api_url=access.api_url, timeout=access.timeout)
        try:
            standing = slack.standing()
            yield Check(name, "ok", f"Slack knows the token as {standing.who}")
            yield from self._scopes(name, standing.scopes)
            yield from self._clock(standing.at)
            slack.find(Doubt(destination=place, payload=_test("none", 0), since=self.now))
            yield Check(name, "ok", f"the bot reads {place}")
            if self.is_posting:
                yield self._post(name, slack, place)
        except WatcherError as error:
            yield Check(name, "error", str(error))

    def _scopes(self, name: str, scopes: frozenset[str]) -> Iterator[Check]:
        if scopes and WRITE not in scopes:
            yield Check(name, "error", f"the app lacks the scope {WRITE}")
        if scopes and not scopes.intersection(READ):
            yield Check(name, "error", f"the app lacks the scope {READ[0]}, or {READ[1]} for a private channel")

    def _clock(self, theirs: datetime | None) -> Iterator[Check]:
        if theirs is not None:
            apart = abs(self.now - theirs)
            said = f"{apart.total_seconds():.0f} s apart from Slack's"
            yield Check("clock", "ok" if apart < SKEW else "warning", said if apart < SKEW else f"{said}: set it")

    def _post(self, name: str, slack: SlackChannel, place: str) -> Check:
        """Post a message and a reply, and find both, as is done with a post in doubt."""
        key = f"doctor-{secrets.token_hex(4)}"
        head, reply = _test(key, 1), _test(key, 2)
        thread = slack.post(place, head).ts
        slack.post(place, reply, thread)
        since = self.now - SKEW
        found = [
            slack.find(Doubt(destination=place, payload=head, since=since)),
            slack.find(Doubt(destination=place, payload=reply, since=since, thread=thread)),
        ]
        if None in found:
            return Check(name, "error", "a test message was posted, and is not found by reading back")
        return Check(name, "ok", "a test message and its reply were posted and found again")


def _test(key: str, part: int) -> dict[str, Any]:
    named = {"event_type": EVENT_TYPE, "event_payload": {"key": key, "part": part, "of": 2}}
    return {"text": "A test of Watcher's doctor: nothing to do.", "metadata": named}
