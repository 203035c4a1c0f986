"""Feeds (Atom, RFC 4287) of what happened."""
