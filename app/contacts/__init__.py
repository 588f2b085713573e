"""The people of a provider, the roles they hold, and the public directory."""
