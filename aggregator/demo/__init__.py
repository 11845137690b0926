"""A small world of made-up outlets, served over real HTTP on loopback, to try the program on.

The texts in ``content/`` are the project's own. `world` reads them, `feeds` writes them down in
every feed format, `server` serves them in rounds. Nothing here knows how feeds are polled.
"""
