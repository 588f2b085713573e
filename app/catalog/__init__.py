"""The public catalog: activities that their providers list and that can still be attended."""
