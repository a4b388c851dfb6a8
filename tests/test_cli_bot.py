"""`poll`, `digest`, `run`, `feeds`, `status` and `demo`: the bot as its user meets it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import IO, TYPE_CHECKING

import pytest

from tests.command import Command, furnish
from tests.fake_slack import TOKEN, FakeSlack, Fault
from tests.feed_server import FeedServer, feed, item
from watcher import demo
from watcher.state.hold import hold

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ARMS = "Iran ships ballistic missiles to Russia"
SUMMARY = re.compile(
    r"polled (\d+) feeds: (\d+) unchanged, (\d+) changed, (\d+) failed; (\d+) new articles, (\d+) matched; [\d.]+ s"
)
NOW = f"{datetime.now(UTC):%a, %d %b %Y %H:%M:%S} GMT"


@pytest.fixture
def web() -> Iterator[FeedServer]:
    """Give a web on loopback with one feed of two articles."""
    with FeedServer() as server:
        server.put(
            "/news.xml", feed(item(ARMS, link="https://example.org/1", date=NOW), item("Rain", guid="2", date=NOW))
        )
        yield server


@pytest.fixture
def slack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeSlack]:
    """Give a Slack of our own."""
    with FakeSlack(tmp_path_factory.mktemp("slack") / "ledger.jsonl") as server:
        yield server


@pytest.fixture
def watcher(
    tmp_path: Path, web: FeedServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Command:
    """Give the command line in a workspace with a good feed, one that fails, and one that is off."""
    furnish(
        tmp_path,
        f"{{id: news, url: '{web.url('/news.xml')}', name: The News}}",
        f"{{id: login, url: '{web.url('/login')}'}}",
        f"{{id: off, url: '{web.url('/ok')}', enabled: false}}",
    )
    return Command(tmp_path, capsys, monkeypatch)


def _summary(out: str) -> list[int]:
    found = SUMMARY.fullmatch(out.splitlines()[-1])
    assert found, out
    return [int(number) for number in found.groups()]


def test_poll_ends_with_its_summary_and_names_what_failed(watcher: Command) -> None:
    """The last line is as CONTRACTS.md says; a failed feed is on standard error and makes the exit code 3."""
    told = watcher("poll")
    assert told.code == 3
    assert _summary(told.out) == [2, 0, 1, 1, 2, 1]
    assert "failed: login: login-page: " in told.err


def test_poll_asks_only_what_is_due_unless_forced(watcher: Command) -> None:
    """A second pass finds nothing due; with --force it finds nothing new."""
    watcher("poll")
    told = watcher("poll")
    assert (told.code, _summary(told.out)) == (0, [0] * 6)
    assert "--force" in told.err
    assert _summary(watcher("poll", "--force").out) == [2, 1, 0, 1, 0, 0]


def test_a_second_poll_at_the_same_time_says_who_holds_the_state(watcher: Command) -> None:
    """Exit 2, and short commands work beside it."""
    with hold(watcher.folder / "state", "run"):
        told = watcher("poll")
        assert (told.code, told.out) == (2, "")
        assert "`watcher run`" in told.err
        assert watcher("status").code == 0


def test_feeds_list_shows_health_and_gives_scripts_the_promised_keys(watcher: Command) -> None:
    """`reason` stands only where a feed is unhealthy; before the first poll everything is new."""
    keys = {"id", "url", "state", "last_success", "next_due", "articles"}
    rows = json.loads(watcher("feeds", "list", "--format", "json").out)
    assert [(row["id"], row["state"], set(row)) for row in rows[:2]] == [("news", "new", keys), ("login", "new", keys)]
    watcher("poll")
    rows = {row["id"]: row for row in json.loads(watcher("feeds", "list", "--format", "json").out)}
    assert (rows["news"]["state"], rows["news"]["articles"], set(rows["news"])) == ("ok", 2, keys)
    assert (rows["login"]["state"], rows["login"]["reason"]) == ("failing", "login-page")
    assert (rows["off"]["state"], set(rows["off"])) == ("disabled", keys)
    table = watcher("feeds", "list").out
    assert "login-page" in table


def test_what_ails_a_feed_that_answers_is_listed(watcher: Command, web: FeedServer) -> None:
    """Silent, stale, undated, moved, and a gap between two polls: each with its sentence, in list and status alike."""
    old = item("Long ago", guid="1", date="Mon, 05 Jan 2015 10:00:00 GMT")
    pages = {"silent": feed(), "stale": feed(old), "undated": feed(item("When?", guid="2"))}
    assert watcher("feeds", "list", "--unhealthy").err == "Nothing is wrong with any feed that was polled.\n"
    urls = {name: web.put(f"/{name}", body) for name, body in pages.items()}
    urls |= {"moved": web.url("/301/news.xml"), "gap": web.put("/gap", feed(item("First", guid="3", date=NOW)))}
    furnish(watcher.folder, *(f"{{id: {name}, url: '{url}'}}" for name, url in urls.items()))
    assert "0 failed" in watcher("poll").out
    time.sleep(1.1)  # dates have whole seconds
    new = f"{datetime.now(UTC):%a, %d %b %Y %H:%M:%S} GMT"
    web.put("/gap", feed(item("Second", guid="4", date=new), item("Third", guid="5", date=new)))
    watcher("poll", "--force")
    watcher("poll", "--force")
    rows = json.loads(watcher("feeds", "list", "--unhealthy", "--format", "json").out)
    assert {row["id"]: (row["state"], row["reason"]) for row in rows} == {name: ("ailing", name) for name in urls}
    shown = watcher("feeds", "list", "--unhealthy").out
    assert "some were missed" in shown
    assert "moved for good to" in shown
    report = watcher("status").out
    assert "5 ailing" in report
    assert "silent: it answers, without a single entry" in report


def test_feeds_check_fetches_and_stores_nothing(watcher: Command) -> None:
    """Each feed answers or has a reason; exit 3 tells of the latter; a feed can be named."""
    told = watcher("feeds", "check")
    assert told.code == 3
    assert "login-page" in told.out
    assert "checked 2 feeds: 1 answered, 1 failed" in told.err
    assert not (watcher.folder / "state").exists()
    assert watcher("feeds", "check", "news").code == 0
    told = watcher("feeds", "check", "newz")
    assert told.code == 2
    assert 'did you mean "news"' in told.err


def test_status_tells_feeds_archive_digests_and_outbox(watcher: Command) -> None:
    """For people and for scripts, before and after the first poll."""
    told = watcher("status")
    assert told.code == 0
    assert "never polled" in told.out
    assert "archive  none yet" in told.out
    watcher("poll")
    report = json.loads(watcher("status", "--format", "json").out)
    assert report["archive"]["articles"] == 2
    assert report["feeds"]["unhealthy"][0]["reason"] == "login-page"
    assert [each["id"] for each in report["digests"]] == ["daily", "seen"]
    told = watcher("status")
    assert "login: login-page" in told.out
    assert "digest   daily to desk" in told.out


def test_a_digest_is_shown_in_every_format_and_nothing_changes(watcher: Command) -> None:
    """Terminal, JSON, HTML, Markdown and Slack's exact payloads say the same article, again and again."""
    watcher("poll")
    for style in ("terminal", "json", "html", "markdown", "slack"):
        told = watcher("digest", "daily", "--format", style)
        assert told.code == 0
        assert ARMS in told.out
    (payload,) = json.loads(watcher("digest", "daily", "--format", "slack").out)
    assert payload["channel"] == "C0123ABCD"
    assert payload["metadata"]["event_type"] == "watcher_digest"


def test_a_digest_is_chosen_by_its_id(watcher: Command) -> None:
    """Without one it is the first; an unknown one is told with the nearest."""
    told = watcher("digest")
    assert "The daily" in told.out
    assert "Showing the first digest of daily, seen." in told.err
    assert "The archive is empty" in told.err
    told = watcher("digest", "dayly")
    assert told.code == 2
    assert 'did you mean "daily"' in told.err


def test_without_planned_digests_there_is_nothing_to_show(watcher: Command) -> None:
    """The file to mend is named."""
    (watcher.folder / "rules" / "digests.yaml").unlink()
    told = watcher("digest")
    assert told.code == 2
    assert "rules/digests.yaml" in told.err


def test_a_post_without_a_token_says_what_is_missing_and_loses_nothing(
    watcher: Command, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit 2 and the variable's name; with the token the same digest goes out."""
    watcher("poll")
    told = watcher("digest", "--post")
    assert told.code == 2
    assert "SLACK_BOT_TOKEN" in told.err
    (watcher.folder / ".env").write_text(f"SLACK_BOT_TOKEN={TOKEN}\nSLACK_API_URL={slack.url}\n", encoding="utf-8")
    told = watcher("digest", "--post")
    assert (told.code, told.out) == (0, "posted daily: 1 part, 1 article\n")
    assert slack.links == ["https://example.org/1"]
    told = watcher("digest", "--post")
    assert (told.code, told.out) == (0, "posted daily: nothing new\n")
    assert len(slack.messages) == 1


def test_a_post_that_is_kept_back_says_why(watcher: Command, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 4 with the reason, in `status` too; once the cause is cured the part goes out."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("SLACK_API_URL", slack.url)
    slack.joined.clear()
    watcher("poll")
    told = watcher("digest", "--post")
    assert told.code == 4
    assert "posted daily: nothing\n" in told.out
    assert "daily part 1 of 1, to desk: " in told.err
    assert "1 parts not sent" in watcher("status").out
    slack.joined.add("C0123ABCD")
    assert watcher("digest", "--post").code == 0
    assert len(slack.messages) == 1


def test_a_post_in_doubt_is_shown_by_status_until_it_can_be_settled(
    watcher: Command, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows whether it arrived and the channel can't be read: a person is told, and it is not sent blindly."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("SLACK_API_URL", slack.url)
    slack.fail(Fault("http-500", is_committed=True))
    slack.scopes.remove("channels:history")
    watcher("poll")
    told = watcher("digest", "--post")
    assert told.code == 4
    assert "waiting: daily part 1 of 1" in told.err
    shown = watcher("status").out
    assert "daily part 1 of 1, waiting: Slack answered HTTP 500" in shown
    assert "lacks a scope, channels:history" in shown
    slack.scopes.add("channels:history")
    assert watcher("digest", "--post").code == 0
    assert len(slack.messages) == 1


def test_the_demo_goes_the_whole_way_and_can_be_repeated(watcher: Command) -> None:
    """Digest, page and workspace; exit 0 as exactly the planted failure occurred; the real archive stays away."""
    for _ in range(2):
        told = watcher("demo")
        assert told.code == 0, told.err
        assert "North Korea ships another trainload" in told.out
        assert told.out.count("North Korea ships another trainload of artillery shells to Russia") >= 1
        assert f"failed: {demo.PLANTED}: login-page" in told.err
    folder = watcher.folder / "state" / "demo"
    assert "North Korea ships another trainload" in (folder / "digest.html").read_text(encoding="utf-8")
    assert not (watcher.folder / "state" / "watcher.db").exists()
    assert Command(folder, watcher.capsys, watcher.monkeypatch)("status").code == 0


def test_the_demo_shows_every_tier_and_every_status(watcher: Command) -> None:
    """Seven tiers as sections, five statuses among the lines, one story in three outlets, low priority at the end."""
    told = watcher("demo").out
    for tier in ("Core partners", "Trade partners", "Neighbours", "Political partners", "Africa", "No country named"):
        assert tier in told
    assert "Western figures and firms" in told
    for status in ("reported", "alleged", "planned", "denied", "negated"):
        assert status in told
    assert "2 outlets, 1 origin · first: Meridian Wire (sample)" in " ".join(told.split())
    assert told.index("Low priority") > told.index("No country named")


def test_the_demo_posts_where_a_token_and_a_channel_are(
    watcher: Command, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same digest arrives in the channel of digests.yaml, or in the one that is named; a refusal is told."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("SLACK_API_URL", slack.url)
    assert watcher("demo").code == 0
    assert watcher("demo", "--channel", "C0456EFGH").code == 0
    assert {message["channel"] for message in slack.messages} == {"C0123ABCD", "C0456EFGH"}
    assert watcher("demo", "--channel", "C9").code == 4
    (watcher.folder / "rules" / "digests.yaml").write_text("channels: {screen: {terminal: true}}\n", encoding="utf-8")
    told = watcher("demo")
    assert told.code == 0
    assert "names no Slack channel" in told.err


def test_the_demo_fails_where_its_samples_do(watcher: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Anything but exactly the planted failure is an exit code of 3."""
    samples = tmp_path / "samples"
    samples.mkdir()
    for path in demo.SAMPLES.glob("*.*ml"):
        (samples / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(demo, "SAMPLES", samples)  # without the JSON feed
    told = watcher("demo")
    assert told.code == 3
    assert "Expected exactly closed-gazette to fail." in told.err


def _waited(stream: IO[str], wanted: str) -> str:
    """Read lines until one holds `wanted`."""
    seen = ""
    while line := stream.readline():
        seen += line
        if wanted in line:
            return seen
    pytest.fail(f"{wanted!r} never came: {seen}")


def _plan_for_now(folder: Path) -> None:
    """Plan one digest, due a minute ago."""
    plan = f"{{id: daily, at: ['{datetime.now(UTC) - timedelta(minutes=1):%H:%M}'], channel: desk}}"
    plans = f"channels: {{desk: {{slack: C0123ABCD}}}}\ndigests:\n  - {plan}\n"
    (folder / "rules" / "digests.yaml").write_text(plans, encoding="utf-8")


@pytest.fixture
def running(watcher: Command, slack: FakeSlack) -> Iterator[subprocess.Popen[str]]:
    """Give a `watcher run` in a process of its own, with a digest that was due a minute ago."""
    _plan_for_now(watcher.folder)
    environ = os.environ | {"SLACK_BOT_TOKEN": TOKEN, "SLACK_API_URL": slack.url, "WATCHER_LOG": "json"}
    watcher("poll")
    command = [sys.executable, "-m", "watcher", "--dir", str(watcher.folder), "run"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environ) as process:
        yield process
        process.kill()


def test_run_posts_takes_over_edits_and_ends_by_a_signal(
    running: subprocess.Popen[str], watcher: Command, slack: FakeSlack
) -> None:
    """One log line an event; a broken edit changes nothing and is told; SIGTERM ends it with 0 within 10 seconds."""
    assert running.stderr
    told = _waited(running.stderr, "posted daily")
    assert "running: 3 feeds, 2 rules, 1 digests" in [json.loads(line)["message"] for line in told.splitlines()]
    assert len(slack.messages) == 1
    second = watcher("poll")
    assert second.code == 2
    assert "`watcher run`" in second.err
    rules = watcher.folder / "rules" / "watch" / "mine.yaml"
    good = rules.read_text(encoding="utf-8")
    rules.write_text(good + "- {id: x}\n", encoding="utf-8")
    assert "mine.yaml:" in _waited(running.stderr, "the last good ones go on")
    status = watcher("status").out
    assert "rules    don't load; a run goes on with rulebook " in status
    assert 'rules/watch/mine.yaml:9:3: "title" is missing' in status
    saved = time.monotonic()
    rules.write_text(good + "- {id: x, title: Rain, query: rain}\n", encoding="utf-8")
    _waited(running.stderr, "took over edited files: 3 rules, rulebook ")
    assert time.monotonic() - saved < 2
    started = time.monotonic()
    running.send_signal(signal.SIGTERM)
    assert running.wait(15) == 0
    assert time.monotonic() - started < 10


def test_a_second_run_says_who_holds_the_state_and_nothing_else(watcher: Command) -> None:
    """Exit 2, and no word of running."""
    with hold(watcher.folder / "state", "run"):
        told = watcher("run")
    assert (told.code, told.out) == (2, "")
    assert told.err.splitlines()[-1].startswith("`watcher run` (process ")
    assert "running" not in told.err


def test_run_says_what_it_cannot_post_and_goes_on(watcher: Command) -> None:
    """Without a token the digest waits, the log says which variable is missing, and Ctrl-C ends the run with 0."""
    _plan_for_now(watcher.folder)
    command = [sys.executable, "-m", "watcher", "--dir", str(watcher.folder), "run"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ) as process:
        assert process.stderr
        assert " ERROR " in _waited(process.stderr, "SLACK_BOT_TOKEN")
        process.send_signal(signal.SIGINT)
        assert process.wait(15) == 0


BARE = (
    "from watcher.collect import prose; prose.find_spec = lambda _: None; from watcher import __main__ as m; m.main()"
)


def test_run_says_once_what_full_texts_need(watcher: Command) -> None:
    """Without the extra, a feed that asks for full texts is told about, also one that an edit adds, and only once."""
    feeds = watcher.folder / "feeds.yaml"
    plain = feeds.read_text(encoding="utf-8")
    command = [sys.executable, "-c", BARE, "--dir", str(watcher.folder), "run"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ) as process:
        assert process.stderr
        assert "needs the extra" not in _waited(process.stderr, "running: ")
        feeds.write_text(plain.replace("name: The News", "name: The News, fulltext: true"), encoding="utf-8")
        _waited(process.stderr, "pip install 'watcher[fulltext]'")
        feeds.write_text(feeds.read_text(encoding="utf-8").replace("The News", "News"), encoding="utf-8")
        _waited(process.stderr, "took over edited files")
        process.send_signal(signal.SIGTERM)
        assert "needs the extra" not in process.communicate(timeout=15)[1]
        assert process.returncode == 0
