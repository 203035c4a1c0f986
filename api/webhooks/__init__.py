"""Webhooks: what happened is sent to whoever is to be told, in the form of Standard Webhooks."""
