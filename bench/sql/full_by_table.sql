\set provider 2000000 + random(0, :providers - 1)
SELECT * FROM activities WHERE provider_id = :provider
ORDER BY updated_at DESC, activity_id DESC LIMIT 50;
SELECT * FROM commercial_support_sources
WHERE provider_id = :provider AND activity_id IN (
    SELECT activity_id FROM activities WHERE provider_id = :provider
    ORDER BY updated_at DESC, activity_id DESC LIMIT 50)
ORDER BY activity_id, position;
SELECT * FROM moc_registrations
WHERE provider_id = :provider AND activity_id IN (
    SELECT activity_id FROM activities WHERE provider_id = :provider
    ORDER BY updated_at DESC, activity_id DESC LIMIT 50)
ORDER BY activity_id, position;
