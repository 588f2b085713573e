"""MOC / CC: the registrations of an activity with certifying boards, and their attestation."""
