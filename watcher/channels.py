"""A channel of digests.yaml → the places that it names, ready to be posted to."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

from watcher.deliver.apprise import AppriseChannel
from watcher.deliver.channel import Fanout
from watcher.deliver.feed import FeedChannel
from watcher.deliver.page import PageChannel
from watcher.deliver.slack import API_URL, TIMEOUT, SlackChannel
from watcher.deliver.terminal import TerminalChannel
from watcher.deliver.webhook import WebhookChannel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from watcher.deliver.channel import Channel
    from watcher.deliver.digests import ChannelPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What opening a place takes: Slack's token and address, seconds to wait for answers, folder, terminal."""

    out: IO[str]
    token: str = field(default="", repr=False)
    api_url: str = API_URL
    timeout: int = TIMEOUT
    folder: Path = Path()
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)


def open_channel(plan: ChannelPlan, access: Access, wait: Callable[[float], object] = time.sleep) -> Fanout:
    """Open the places that a channel names; `wait` lets seconds pass, and gives True once the program is to end."""
    channels: list[Channel] = []
    if plan.slack:
        channels.append(SlackChannel(plan.slack, token=access.token, api_url=access.api_url, timeout=access.timeout))
    if plan.webhook:
        channels.append(WebhookChannel(plan.webhook, access.environ, access.timeout))
    if plan.apprise:
        channels.append(AppriseChannel(plan.apprise, access.environ))
    if plan.page:
        channels.append(PageChannel(plan.page, access.folder))
    if plan.feed:
        channels.append(FeedChannel(plan.feed, access.folder))
    if plan.terminal:
        channels.append(TerminalChannel(access.out))
    return Fanout(channels, wait)
