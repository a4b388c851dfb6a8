"""
Every fault of Slack at every step, and kills at every moment: whether each story arrives, and once.

    python -m bench.chaos [--kills 300] [--beside 8] [--only WORDS]

A trial takes a polled archive, runs `poll`, `digest --post` or `run` against the tests' own Slack while something goes
wrong, goes on with the same command until it says that all is delivered, and counts the links in Slack's ledger. A kill
at random comes at a share of the time that the command takes undisturbed, which is rehearsed before. Most of a trial
is waiting (a message a second, pauses, the settle window), so many are played beside each other.
"""

from __future__ import annotations

import argparse
import itertools
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from queue import SimpleQueue
from statistics import median
from typing import TYPE_CHECKING

from bench.offspring import Offspring, send_signal
from tests.fake_slack import TOKEN, FakeSlack, Fault, Kind
from tests.feed_server import FeedServer, feed, item

if TYPE_CHECKING:
    from collections.abc import Iterator

SETTLE = 3.0
STORIES = 14
# So often a command is run again before a trial is given up.
TURNS = 12
POLL, POST, RUN = ("poll", "--force"), ("digest", "--post"), ("run",)
# Some take longer than they did in the rehearsals: of the time they took there, this is the latest kill.
LAST = 1.1
RULES = "- {id: arms, title: Arms for Russia, partners: [IR], goods: [group:weapons]}\n"
DIGESTS = """\
channels: {desk: {slack: C0123ABCD}}
digests: [{id: daily, at: ["00:00"], timezone: UTC, channel: desk, limit: 4}]
"""
BOTH = (False, True)
REFUSED = ("invalid_auth", "token_revoked", "not_in_channel", "is_archived", "channel_not_found", "missing_scope")
TOO_LARGE = ("invalid_blocks", "msg_blocks_too_long", "msg_too_long", "metadata_too_large")
BROKEN: tuple[Kind, ...] = ("http-500", "reset", "truncated-json", "not-json")
FAULTS = [
    Fault("ratelimited-429"),
    Fault("rate_limited"),
    *(Fault("error", error=name) for name in ("service_unavailable", "request_timeout", *REFUSED, *TOO_LARGE)),
    *(Fault("error", error=name, is_committed=done) for name in ("fatal_error", "internal_error") for done in BOTH),
    *(Fault(kind, is_committed=done) for kind in BROKEN for done in BOTH),
    *(Fault("timeout", is_committed=done, seconds=6) for done in BOTH),
    Fault("late-commit"),
    Fault("no-ts", is_committed=True),
]
# What goes wrong with reading back, after a post in doubt.
UNREAD = [Fault(kind, step="conversations.history") for kind in ("ratelimited-429", "http-500", "reset")]
STEPS = [
    ("watcher.state.outbox:Outbox.claim_slot", 1),
    ("watcher.state.outbox:Outbox.plan", 1),
    *((f"watcher.state.posting:Posting.{name}", count) for name in ("begin", "sent") for count in (1, 2)),
    *(("watcher.deliver.slack:SlackChannel.post", count) for count in (1, 2)),
]


@dataclass(slots=True)
class Tally:
    """What the trials came to; `recoveries` are the seconds from the mishap to the last message."""

    trials: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    rude: list[str] = field(default_factory=list)
    recoveries: list[tuple[float, str]] = field(default_factory=list)

    def __str__(self) -> str:
        count = sum(self.trials.values())
        kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(self.trials.items()))
        slowest, name = max(self.recoveries, default=(0.0, "none"))
        bound = "" if self.lost or self.doubled else f" (each below {3 / max(count, 1):.4f} with 95 % confidence)"
        return (
            f"{count} trials ({kinds}): {len(self.lost)} lost, {len(self.doubled)} doubled{bound}, "
            f"{len(self.rude)} rude; slowest recovery {slowest:.1f} s ({name}; settle window {SETTLE:.0f} s)"
        )


@dataclass(frozen=True, slots=True)
class Trial:
    """One mishap: faults of Slack's, a kill at a step, or a kill after a share of the time that the command takes."""

    name: str
    kind: str
    words: tuple[str, ...] = POST
    faults: tuple[Fault, ...] = ()
    kill: tuple[str, str, int] | None = None
    share: float | None = None


def trials(kills: int, chance: random.Random) -> Iterator[Trial]:
    """List the trials: each fault at the first and at the second post, each step, and kills at random times."""
    for fault in FAULTS:
        name = f"{fault.error or fault.kind}{' after commit' * fault.is_committed}"
        yield Trial(f"{name} at the first post", "faults", faults=(fault,))
        yield Trial(f"{name} at the second post", "faults", faults=(Fault("none"), fault))
    for fault in UNREAD:
        yield Trial(f"{fault.kind} while reading", "faults", faults=(Fault("reset", is_committed=True), fault))
    for step, count in STEPS:
        for when in ("before", "after"):
            words = RUN if "claim" in step else POST
            yield Trial(f"killed {when} {step} {count}", "steps", words, kill=(step, when, count))
    for number in range(kills):
        words = (POST, POST, POST, RUN, POLL)[number % 5]
        share = chance.uniform(0, LAST)
        yield Trial(f"{words[0]} killed at {share:.2%}", "random kills", words, share=share)


def prepare(folder: Path, url: str) -> None:
    """Make a workspace of one feed."""
    (folder / "rules" / "watch").mkdir(parents=True)
    (folder / "feeds.yaml").write_text(f"contact: chaos@example.org\nfeeds: [{{id: wire, url: '{url}'}}]\n")
    (folder / "rules" / "watch" / "arms.yaml").write_text(RULES)
    (folder / "rules" / "digests.yaml").write_text(DIGESTS)


def news() -> bytes:
    """Write a feed of reports that are stories of their own."""
    goods = ("drones", "missiles", "artillery shells", "tanks", "helicopters", "mortars", "howitzers")
    dated = format_datetime(datetime.now(UTC) - timedelta(hours=1))
    titles = [f"Iran ships {7 + number * 13} {goods[number % 7]} to Russia, port {number}" for number in range(STORIES)]
    return feed(*(item(title, link=f"https://wire.example/{n}", date=dated) for n, title in enumerate(titles)))


class Play:
    """Plays one trial in a folder of its own."""

    def __init__(self, trial: Trial, template: Path, offspring: Offspring, slack: FakeSlack) -> None:
        self.trial = trial
        # How long the command takes.
        self.length = 0.0
        self.folder = slack.ledger.parent / "desk"
        # A poll that is killed begins with an empty archive.
        shutil.copytree(template, self.folder, ignore=shutil.ignore_patterns("state") if trial.words == POLL else None)
        self.offspring = offspring
        self.slack = slack
        self.mishap = time.time()
        slack.fail(*trial.faults)

    def go(self) -> None:
        """Let it happen, and go on until all is delivered, or it never will be."""
        self.turn(self.trial.words, is_first=True)
        for _ in range(TURNS):
            if self.trial.words == POLL:
                self.turn(POLL)
            if self.turn(RUN if self.trial.words == RUN else POST) == 0 and self.is_complete:
                break
        if self.trial.kind == "faults":
            time.sleep(1.5)  # what comes late has come by then
            self.turn(POST)

    def turn(self, words: tuple[str, ...], *, is_first: bool = False) -> int:
        """Run a command to its end, its kill, or, for a run, until there is nothing left to do."""
        trial = self.trial
        env = {"SLACK_BOT_TOKEN": TOKEN, "SLACK_API_URL": self.slack.url, "WATCHER_ALLOW_PRIVATE": "1"}
        env["WATCHER_SETTLE"] = f"{SETTLE}"
        asked = {"words": ["--dir", str(self.folder), *words], "log": str(self.folder / "log"), "env": env}
        with self.offspring.run(**asked, kill=trial.kill if is_first else None) as child:
            if is_first and trial.share is not None:
                time.sleep(trial.share * self.length)
                send_signal(child, signal.SIGKILL)
            elif words == RUN:
                self.wait(child)
        if is_first and (trial.kill or trial.share is not None):
            self.mishap = time.time()
        return self.offspring.code

    def wait(self, child: int) -> None:
        """Let a run go on until all is said, and half a second longer; then end it."""
        deadline = time.monotonic() + 60
        while not self.is_complete and time.monotonic() < deadline and send_signal(child, 0):
            time.sleep(0.1)
        time.sleep(0.5)
        send_signal(child, signal.SIGTERM)

    @property
    def is_complete(self) -> bool:
        """Whether every story stands in the channel."""
        return len(set(self.slack.links)) == STORIES

    def judge(self, tally: Tally) -> None:
        """Count what the ledger says."""
        trial, links = self.trial, Counter(self.slack.links)
        named = [message["metadata"]["event_payload"] for message in self.slack.messages]
        names = Counter((each["key"], each["part"]) for each in named)
        tally.trials[trial.kind] += 1
        if len(links) < STORIES:
            tally.lost.append(f"{trial.name}: {STORIES - len(links)} of {STORIES} ({self.folder})")
        if max([*links.values(), *names.values()], default=0) > 1:
            tally.doubled.append(f"{trial.name} ({self.folder})")
        tally.rude += [f"{trial.name}: {what}" for what in self.slack.rudeness]
        last = max((float(message["ts"]) for message in self.slack.messages), default=self.mishap)
        tally.recoveries.append((max(0.0, last - self.mishap), trial.name))


def play(chosen: list[Trial], root: Path, *, beside: int = 1) -> Tally:
    """Play these trials in folders below `root`, so many beside each other."""
    tally, idle = Tally(), SimpleQueue[Offspring]()
    template, folders = root / "template", itertools.count()
    lengths: dict[tuple[str, ...], list[float]] = defaultdict(list)
    with FeedServer() as web:
        web.put("/wire.xml", news())
        prepare(template, web.url("/wire.xml"))
        hatched = [Offspring() for _ in range(beside)]
        for offspring in hatched:
            idle.put(offspring)

        def one(trial: Trial) -> None:
            offspring, ledger = idle.get(), root / f"{next(folders):04}" / "ledger.jsonl"
            ledger.parent.mkdir()
            with FakeSlack(ledger) as slack:
                played = Play(trial, template, offspring, slack)
                if trial.kind == "rehearsals":
                    began = time.monotonic()
                    played.turn(trial.words)
                    lengths[trial.words].append(time.monotonic() - began)
                else:
                    played.length = median(lengths[trial.words] or [0.0])
                    played.go()
                    played.judge(tally)
            idle.put(offspring)

        with hatched[0].run(
            words=["--dir", str(template), *POLL], log=str(root / "log"), env={"WATCHER_ALLOW_PRIVATE": "1"}
        ):
            pass
        with ThreadPoolExecutor(beside) as pool:
            killed = dict.fromkeys(trial.words for trial in chosen if trial.share is not None)
            list(pool.map(one, [Trial("", "rehearsals", words) for words in killed for _ in range((beside + 1) // 2)]))
            list(pool.map(one, chosen))
    for offspring in hatched:
        offspring.end()
    return tally


def main() -> int:
    """Play all trials; 1 if anything was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__.strip().partition("\n")[0])
    parser.add_argument("--kills", type=int, default=300, help="kills at random times")
    parser.add_argument("--beside", type=int, default=8, help="trials beside each other")
    parser.add_argument("--only", default="", help="trials whose names hold this")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    chosen = [trial for trial in trials(asked.kills, chance) if asked.only in trial.name]
    root = Path(tempfile.mkdtemp(prefix="chaos-"))
    tally = play(chosen, root, beside=asked.beside)
    for kind, found in (("lost", tally.lost), ("doubled", tally.doubled), ("rude", tally.rude)):
        for line in found:
            print(f"{kind}: {line}")
    print(tally)
    if not (tally.lost or tally.doubled or tally.rude):
        shutil.rmtree(root)
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
