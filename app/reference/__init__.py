"""Facts that belong to no provider: boards, countries, states, and the lists of values."""
