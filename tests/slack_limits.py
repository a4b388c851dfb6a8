"""
What Slack takes and what it refuses, as far as it is known: Block Kit's limits, links, mentions, metadata.

From https://docs.slack.dev/reference/block-kit and, for the undocumented total over all text, from what was measured.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

# Somewhere between what passed (9,597) and what failed (11,341) of all text in a message.
TOTAL = 9_600


def links_of(value: object) -> list[str]:
    """Give every address that a message's blocks link, mrkdwn and rich text alike."""
    if isinstance(value, dict):
        if value.get("type") == "link":
            return [value["url"]]
        if value.get("type") == "mrkdwn":
            found = re.findall(r"<(https?://[^|>]+)[|>]", value["text"])
            return [url.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") for url in found]
        return [link for part in value.values() for link in links_of(part)]
    if isinstance(value, list):
        return [link for part in value for link in links_of(part)]
    return []


def texts_of(value: object) -> list[str]:
    """Give every text of a message's blocks, addresses of rich text included."""
    if isinstance(value, dict):
        return [text for key, part in value.items() if key not in ("type", "style") for text in texts_of(part)]
    if isinstance(value, list):
        return [text for part in value for text in texts_of(part)]
    return [value] if isinstance(value, str) else []


def refusal(body: dict[str, Any]) -> dict[str, Any] | None:
    """Say why Slack would refuse a message, or nothing."""
    blocks = body.get("blocks", [])
    wrong = [message for number, block in enumerate(blocks) for message in _wrong(block, f"blocks[{number}]")]
    if not isinstance(body.get("text"), str) or not body["text"].strip():
        return no("no_text")
    if _width(body["text"]) > 40_000:
        return no("msg_too_long")
    if not isinstance(blocks, list) or len(blocks) > 50:
        return no("invalid_blocks", errors=["no more than 50 items allowed [json-pointer:/blocks]"])
    if wrong:
        return no("invalid_blocks", errors=wrong)
    if sum(_width(text) for text in texts_of(blocks)) > TOTAL:
        return no("msg_blocks_too_long")
    return _wrong_metadata(body.get("metadata"))


def mentions(body: dict[str, Any]) -> list[str]:
    """Find what would call somebody: unescaped `<!…>`, `<@…>`, `<#…>`, or words that a lenient text object links."""
    found = re.findall(r"<[!@#][^>]*>?", body["text"])
    for text in _mrkdwn_of(body.get("blocks", [])):
        found += re.findall(r"<[!@#][^>]*>?", text["text"])
        if not text.get("verbatim"):
            found += re.findall(r"@(?:here|channel|everyone)\b", text["text"])
    return found


def _mrkdwn_of(value: object) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        return [value] if value.get("type") == "mrkdwn" else [t for part in value.values() for t in _mrkdwn_of(part)]
    return [text for part in value for text in _mrkdwn_of(part)] if isinstance(value, list) else []


def _wrong(block: dict[str, Any], where: str) -> list[str]:
    checks: dict[str, Callable[[], list[str]]] = {
        "divider": list,
        "header": lambda: _wrong_text(block.get("text"), f"{where}.text", 150, ("plain_text",)),
        "section": lambda: _wrong_section(block, where),
        "context": lambda: _wrong_context(block.get("elements"), where),
        "image": lambda: _wrong_image(block, where),
        "rich_text": lambda: _wrong_rich(block.get("elements"), where),
    }
    if _width(block.get("block_id", "")) > 255:
        return [f"{where}: block_id is longer than 255"]
    return checks.get(str(block.get("type")), lambda: [f"{where}: unsupported type {block.get('type')!r}"])()


def _wrong_section(block: dict[str, Any], where: str) -> list[str]:
    fields = block.get("fields", [])
    if "text" not in block and not fields:
        return [f"{where}: needs text or fields"]
    wrong = _wrong_text(block["text"], f"{where}.text", 3000) if "text" in block else []
    if len(fields) > 10:
        wrong.append(f"{where}: more than 10 fields")
    return wrong + [message for each in fields for message in _wrong_text(each, f"{where}.fields", 2000)]


def _wrong_image(block: dict[str, Any], where: str) -> list[str]:
    wrong = [] if 1 <= _width(block.get("alt_text", "")) <= 2000 else [f"{where}: alt_text of 1 to 2000 characters"]
    return wrong if block.get("slack_file", {}).get("id") else [*wrong, f"{where}: no file"]


def _wrong_context(elements: object, where: str) -> list[str]:
    if not isinstance(elements, list) or not 1 <= len(elements) <= 10:
        return [f"{where}: between 1 and 10 elements"]
    return [message for each in elements for message in _wrong_text(each, f"{where}.elements", 3000)]


def _wrong_text(text: object, where: str, limit: int, kinds: tuple[str, ...] = ("plain_text", "mrkdwn")) -> list[str]:
    if not isinstance(text, dict) or text.get("type") not in kinds or not isinstance(text.get("text"), str):
        return [f"{where}: must be a text object of {' or '.join(kinds)}"]
    if not 1 <= _width(text["text"]) <= limit:
        return [f"{where}: must be between 1 and {limit} characters"]
    if text["type"] == "mrkdwn":
        left = re.sub(r"<https?://[^|<>\s]+\|[^<>|\n]+>", "", text["text"])
        if "<" in left or ">" in re.sub(r"^>", "", left):
            return [f"{where}: a broken link, or text that isn't escaped: {left[:80]!r}"]
    return []


def _wrong_rich(elements: object, where: str) -> list[str]:
    if not isinstance(elements, list) or not elements:
        return [f"{where}: needs elements"]
    found = []
    for each in elements:
        kind = each.get("type")
        if kind == "rich_text_list":
            found += [] if each.get("style") in ("bullet", "ordered") else [f"{where}: a list needs a style"]
            found += _wrong_rich(each.get("elements"), where)
        elif kind in ("rich_text_section", "rich_text_quote"):
            found += [message for part in each.get("elements") or [{}] for message in _wrong_inline(part, where)]
        else:
            found.append(f"{where}: unsupported rich text {kind!r}")
    return found


def _wrong_inline(part: dict[str, Any], where: str) -> list[str]:
    known = {"text": {"type", "text", "style"}, "link": {"type", "text", "url", "style"}}
    kind = part.get("type")
    if kind not in known or set(part) - known[kind]:
        return [f"{where}: unsupported element {part!r}"]
    if not isinstance(part.get("text"), str) or not part["text"]:
        return [f"{where}: text must not be empty"]
    if kind == "link" and not (urlsplit(part["url"]).scheme in ("http", "https") and _width(part["url"]) <= 3000):
        return [f"{where}: invalid url"]
    return []


def _wrong_metadata(metadata: object) -> dict[str, Any] | None:
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or set(metadata) != {"event_type", "event_payload"}:
        return no("invalid_metadata_format")
    if not isinstance(metadata["event_payload"], dict) or not re.fullmatch(r"[a-z0-9_]{1,255}", metadata["event_type"]):
        return no("invalid_metadata_schema")
    return no("metadata_too_large") if len(json.dumps(metadata)) > 16_000 else None


def _width(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def no(error: str, **more: object) -> dict[str, Any]:
    """Give Slack's answer that refuses something."""
    return {"ok": False, "error": error, **more}
