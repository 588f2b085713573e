"""From the public draft of the reporting body's wire format to records of this system."""
