"""Many records in one call: each with its own result, all of them in one transaction."""
