"""Kills processes that are storing and looks at what is left: ``python -m tests.crash``.

A child stores polls, places articles, backs up or migrates, and says over a pipe what is done. It
is killed at a random moment. Then nothing it said was done may be missing, nothing may be there
twice or by half, the database must be whole, and the next process must go on without a hand.
"""
