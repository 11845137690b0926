"""The clock of the service: a handful of in-memory jobs of APScheduler 3.

Which feed is due lives in the database, not in a job store: one job a feed blocked its loop for
15 to 28 seconds at 5,000 due jobs, and two processes may not share a store. The tick that claims
due feeds takes milliseconds.
"""
