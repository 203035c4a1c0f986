"""Registers of people and bodies, in the forms that others keep them: Popolo and FollowTheMoney.

Each module reads parties out of one form, and writes them in it. `reading` is what both share.
"""
