-- Patents: the state that was reached, and what the treasury said. A row of patents is made by its first event.
CREATE TABLE patents (
    application_id text NOT NULL PRIMARY KEY REFERENCES applications (id),
    person_id text NOT NULL,
    deployment text NOT NULL,
    state text NOT NULL,
    changed_at bigint NOT NULL,
    version bigint NOT NULL
);

-- A payment is told once: by its reference, which is stored hashed. The signed fact is ciphertext under the person's key.
CREATE TABLE patent_payments (
    reference_hash text NOT NULL PRIMARY KEY,
    application_id text NOT NULL REFERENCES patents (application_id),
    person_id text NOT NULL,
    deployment text NOT NULL,
    content_hash text NOT NULL,
    held text,
    ordinal bigint NOT NULL,
    fact blob NOT NULL,
    received_day bigint NOT NULL
);
CREATE INDEX patent_payments_by_application ON patent_payments (application_id, ordinal);
