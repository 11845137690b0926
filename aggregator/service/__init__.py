"""The only place that orders stages: each service is one job done end to end over the ports.

A service holds ports and plain options, keeps no state that the store could keep, and is called
alike by the command line, the scheduler, the web page and a worker of a fleet.
"""
