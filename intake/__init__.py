"""The intake: a news article in, proposals of records out. Beside `schema`, above `store`.

What reads a text is pure: no clock, no database, no network. docs/intake.md says what it finds.
"""
