"""How hard the property tests look; without deadlines, since the machine may be busy."""

from hypothesis import settings

quick = settings(max_examples=40, deadline=None)
thorough = settings(max_examples=120, deadline=None)
