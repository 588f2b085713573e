"""How many records the unit tests think up for a rule.

Half of what hypothesis does unasked: what it has ever found here, it found among the first few.
They are the same ones in every run, and a busy machine must not fail a test either.
"""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "openpars",
    max_examples=50,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("openpars")
