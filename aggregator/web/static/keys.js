// Keys: see pages.
