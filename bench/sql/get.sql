\set n random(0, :activities - 1)
\set provider 2000000 + :n % :providers
\set activity :first + :n
SELECT json_build_object(
    'activity_id', a.activity_id, 'provider_id', a.provider_id, 'internal_id', a.internal_id,
    'title', a.title, 'format', a.format, 'start_date', a.start_date, 'end_date', a.end_date,
    'delivery_methods', a.delivery_methods, 'location', a.location, 'city', a.city,
    'state', a.state, 'country', a.country, 'credits', a.credits, 'description', a.description,
    'cme_finder', a.cme_finder, 'fee', a.fee, 'registration', a.registration, 'url', a.url,
    'providership', a.providership, 'joint_providers', a.joint_providers,
    'outcome_measures', a.outcome_measures, 'support_received', a.support_received,
    'physicians', a.physicians, 'others', a.others, 'moc_registered', a.moc_registered,
    'attested_by', a.attested_by, 'attested_on', a.attested_on,
    'version', a.version, 'created_at', a.created_at, 'updated_at', a.updated_at,
    'closed_at', a.closed_at,
    'sources', (
        SELECT json_agg(json_build_object(
            'source', s.source, 'monetary', s.monetary, 'amount', s.amount,
            'in_kind', s.in_kind, 'in_kind_nature', s.in_kind_nature,
            'received_year', s.received_year) ORDER BY s.position)
        FROM commercial_support_sources s
        WHERE s.provider_id = a.provider_id AND s.activity_id = a.activity_id),
    'boards', (
        SELECT json_agg(json_build_object(
            'board', b.board, 'practice_areas', b.practice_areas, 'credit_types', b.credit_types,
            'credits', b.credits, 'content_areas', b.content_areas,
            'credit_claim_date', b.credit_claim_date, 'fee', b.fee,
            'registration', b.registration, 'url', b.url) ORDER BY b.position)
        FROM moc_registrations b
        WHERE b.provider_id = a.provider_id AND b.activity_id = a.activity_id))
FROM activities a
WHERE a.provider_id = :provider AND a.activity_id = :activity;
