"""How many records the unit tests think up for a rule.

Half of what hypothesis does unasked: what it has ever found here, it found among the first few.
A busy machine must not fail a test either.
"""

from hypothesis import settings

settings.register_profile("openpars", max_examples=50, deadline=None)
settings.load_profile("openpars")
