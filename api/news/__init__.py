"""What happened, for those who are told of it: read through the public API, put into sentences."""
