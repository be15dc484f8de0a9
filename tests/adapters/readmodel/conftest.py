"""Laws are looked for without a limit of time: the machine may have other work."""

from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
