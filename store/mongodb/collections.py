"""The names of the collections that hold no records."""

META = "meta"
COUNTERS = "counters"
CHANGES = "changes"
TRUSTED = "trusted_documents"
VOCABULARY = "vocabulary"
QUEUE = "queue"
TOKENS = "tokens"
