"""Bundles: records in files, read, checked as a whole, written, and exported again."""
