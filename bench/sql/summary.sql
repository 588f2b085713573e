\set provider 2000000 + random(0, :providers - 1)
SELECT json_agg(summary) FROM (
    SELECT activity_id, internal_id, title, format, start_date, end_date, credits, version,
        updated_at, closed_at
    FROM activities WHERE provider_id = :provider
    ORDER BY updated_at DESC, activity_id DESC LIMIT 50) summary;
