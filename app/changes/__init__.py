"""The change feed: what happened to a provider's records, for systems that follow them."""
