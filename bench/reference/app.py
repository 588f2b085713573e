"""The routes of the reference application."""

from datetime import UTC, date, datetime

from fastapi import FastAPI, HTTPException, Response
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from bench.reference import models, schemas
from bench.reference.database import Session

app = FastAPI(title="Reference")

PATH = "/v1/providers/{provider_id}/activities"
CHILDREN = (
    selectinload(models.Activity.support_sources),
    selectinload(models.Activity.moc_boards),
)


@app.get(PATH, response_model=list[schemas.ActivitySummary])
async def list_activities(
    provider_id: str, session: Session, limit: int = 50
) -> list[models.Activity]:
    """List the activities of a provider, the latest first."""
    query = (
        select(models.Activity)
        .where(models.Activity.provider_id == provider_id)
        .order_by(models.Activity.updated_at.desc())
        .limit(limit)
    )
    return list(await session.scalars(query))


@app.get(f"{PATH}/full", response_model=list[schemas.Activity])
async def list_whole_activities(
    provider_id: str, session: Session, limit: int = 50
) -> list[models.Activity]:
    """List the activities of a provider with their support and boards, the latest first."""
    query = (
        select(models.Activity)
        .where(models.Activity.provider_id == provider_id)
        .order_by(models.Activity.updated_at.desc())
        .limit(limit)
        .options(*CHILDREN)
    )
    return list(await session.scalars(query))


@app.get(f"{PATH}/{{activity_id}}", response_model=schemas.Activity)
async def get_activity(provider_id: str, activity_id: int, session: Session) -> models.Activity:
    """Read an activity."""
    return await find(session, provider_id, activity_id)


@app.put(
    f"{PATH}/by-key/{{activity_format}}/{{start_date}}/{{internal_id}}",
    response_model=schemas.Activity,
)
async def push_activity(  # noqa: PLR0913, PLR0917 - each is a part of the URL
    provider_id: str,
    activity_format: str,
    start_date: date,
    internal_id: str,
    content: schemas.ActivityContent,
    session: Session,
    response: Response,
) -> models.Activity:
    """Make the activity under this key say what the body says; create it if need be."""
    query = (
        select(models.Activity)
        .where(
            models.Activity.provider_id == provider_id,
            models.Activity.format == activity_format,
            models.Activity.start_date == start_date,
            models.Activity.internal_id == internal_id,
        )
        .options(*CHILDREN)
    )
    activity = await session.scalar(query)
    if activity is None:
        activity = models.Activity(
            provider_id=provider_id,
            format=activity_format,
            start_date=start_date,
            internal_id=internal_id,
        )
        session.add(activity)
        response.status_code = 201
    for name, value in content.model_dump(exclude={"support_sources", "moc_boards"}).items():
        setattr(activity, name, value)
    activity.support_sources = [
        models.SupportSource(**source.model_dump()) for source in content.support_sources
    ]
    activity.moc_boards = [models.MocBoard(**board.model_dump()) for board in content.moc_boards]
    await session.commit()
    return activity


@app.patch(f"{PATH}/{{activity_id}}", response_model=schemas.Activity)
async def change_activity(
    provider_id: str, activity_id: int, change: schemas.ActivityChange, session: Session
) -> models.Activity:
    """Change some fields of an activity."""
    activity = await find(session, provider_id, activity_id)
    for name, value in change.model_dump(exclude_unset=True).items():
        setattr(activity, name, value)
    await session.commit()
    return activity


@app.post(f"{PATH}/{{activity_id}}/close", response_model=schemas.Activity)
async def close_activity(provider_id: str, activity_id: int, session: Session) -> models.Activity:
    """Close an activity."""
    activity = await find(session, provider_id, activity_id)
    activity.closed_at = datetime.now(UTC)
    await session.commit()
    return activity


async def find(session: Session, provider_id: str, activity_id: int) -> models.Activity:
    """Load an activity of a provider with its support and boards."""
    query = (
        select(models.Activity)
        .where(models.Activity.id == activity_id, models.Activity.provider_id == provider_id)
        .options(*CHILDREN)
    )
    activity = await session.scalar(query)
    if activity is None:
        raise HTTPException(404, "There is no such activity.")
    return activity
