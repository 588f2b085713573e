"""What every room needs and no room owns: database, errors, HTTP manners, time."""
