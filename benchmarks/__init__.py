"""Benchmarks that anyone can run; nothing in the program imports this. See README.md."""
