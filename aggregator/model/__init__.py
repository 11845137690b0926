"""The values that pass between stages: frozen, slotted, keyword-only, without behaviour of I/O.

Instants are aware datetimes in UTC everywhere; durations are ``timedelta``.
"""
