"""Backups: a file with all that a store holds at one moment, and a store made of it again."""
