"""Awaiting several answers at the same time, as the store does."""

from store.awaiting import all_at_once

__all__ = ["all_at_once"]
