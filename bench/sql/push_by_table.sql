\set provider 2000000 + random(0, :providers - 1)
BEGIN;
INSERT INTO activities (provider_id, activity_id, internal_id, title, format, start_date,
    end_date, delivery_methods, location, city, state, country, credits, description,
    cme_finder, fee, registration, url, providership, joint_providers, outcome_measures,
    support_received, physicians, others, moc_registered, attested_by, attested_on)
SELECT :provider::text, number, 'LIMIT-' || number, 'Diabetes Conference', 'live_course',
    '2026-02-01', '2026-08-02', '{in_person}', 'Main Auditorium', 'Sacramento', 'CA', 'USA',
    6.25, 'Diabetes for the whole team: cases, guidelines, and what changed since last year.',
    true, 'variable', 'open', 'https://cme.provider-hospital.org/diabetes', 'joint',
    '{Valley Clinic}', '[{"measure": "learner_competence", "kinds": ["objective"]}]',
    true, 25, 7, true, 'J. Doe', '2026-01-20'
FROM (SELECT nextval('activity_numbers')::text AS number) fresh
RETURNING activity_id \gset
INSERT INTO commercial_support_sources (provider_id, activity_id, position, source, monetary,
    amount, in_kind, received_year)
VALUES (:provider, :activity_id, 0, 'Acme Pharma', true, 5000, false, 2026);
INSERT INTO moc_registrations (provider_id, activity_id, position, board, practice_areas,
    credit_types, credits, credit_claim_date)
VALUES (:provider, :activity_id, 0, 'ABIM', '{Internal Medicine}',
    '{Medical Knowledge (Part II)}', 6.25, '2027-12-31');
COMMIT;
