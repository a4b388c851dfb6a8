"""Watcher reads who keeps Russia's war economy going out of the news, and posts digests of it."""
