"""Measurements: what the server does next to what PostgreSQL and a usual application do.

`make bench` measures single calls, `make bench-growth` ten times the records, `make
bench-overload` too many callers, `make bench-soak` a long time. Each writes its own section
of RESULTS.md.
"""
