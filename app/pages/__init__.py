"""The pages for people: where to begin, the API to try and to read, the error codes."""
