"""The application to compare with: the same records, served in the usual way.

FastAPI, the ORM of SQLAlchemy, pydantic models for what goes in and out. It authenticates
nobody, holds records against no rule, keeps no history and knows no tenants but by a column.
"""
