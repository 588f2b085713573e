"""OpenPARS: an open system of record for accredited continuing medical education."""

__version__ = "0.1.0"
