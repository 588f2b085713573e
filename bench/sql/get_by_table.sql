\set n random(0, :activities - 1)
\set provider 2000000 + :n % :providers
\set activity :first + :n
SELECT * FROM activities
WHERE provider_id = :provider AND activity_id = :activity;
SELECT * FROM commercial_support_sources
WHERE provider_id = :provider AND activity_id = :activity
ORDER BY position;
SELECT * FROM moc_registrations
WHERE provider_id = :provider AND activity_id = :activity
ORDER BY position;
