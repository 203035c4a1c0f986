"""A text by itself: cleaned, its language, its sentences and quotes, its fingerprint."""
