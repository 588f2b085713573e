\set n 10 * random(0, :activities / 10 - 1) + 1
\set provider 2000000 + :n % :providers
\set activity :first + :n
UPDATE activities SET title = 'Another title, ' || (version + 1), version = version + 1,
    updated_at = now()
WHERE provider_id = :provider AND activity_id = :activity
RETURNING version;
