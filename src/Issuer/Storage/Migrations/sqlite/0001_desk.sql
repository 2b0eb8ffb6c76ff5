-- The desk: people, officers, applications, decisions, cards.
-- Columns of type blob that hold personal data are ciphertext under the key of their person; `deployment`, `country`,
-- `centre` and `guardian` stand in every table from the first day, so that later rules need no rewriting of rows.

CREATE TABLE people (
    id text NOT NULL PRIMARY KEY,
    deployment text NOT NULL,
    country text NOT NULL,
    guardian text,
    issuer text NOT NULL,
    subject text NOT NULL,
    created_at bigint NOT NULL,
    UNIQUE (issuer, subject)
);

CREATE TABLE officers (
    id text NOT NULL PRIMARY KEY,
    deployment text NOT NULL,
    country text NOT NULL,
    centre text NOT NULL,
    role text NOT NULL,
    name text NOT NULL,
    credential_id text NOT NULL UNIQUE,
    roster_entry text NOT NULL,
    enrolled_at bigint NOT NULL,
    ended_at bigint
);

CREATE TABLE redeemed_invitations (
    id text NOT NULL PRIMARY KEY,
    redeemed_at bigint NOT NULL
);

CREATE TABLE sessions (
    handle_hash text NOT NULL PRIMARY KEY,
    kind text NOT NULL,
    owner text NOT NULL,
    started_at bigint NOT NULL,
    expires_at bigint NOT NULL
);
CREATE INDEX sessions_by_owner ON sessions (owner);

CREATE TABLE applications (
    id text NOT NULL PRIMARY KEY,
    deployment text NOT NULL,
    country text NOT NULL,
    centre text,
    guardian text,
    person_id text NOT NULL,
    state text NOT NULL,
    changed_at bigint NOT NULL,
    attempt bigint NOT NULL,
    version bigint NOT NULL,
    booked_day text,
    reschedules bigint NOT NULL,
    progress text NOT NULL,
    claims blob,
    proofing blob,
    document_hash text,
    created_at bigint NOT NULL
);
CREATE INDEX applications_by_person ON applications (person_id);
-- The desk reads one centre's one day, page by page; there is no index, and no query, by name.
CREATE INDEX applications_of_a_day ON applications (centre, booked_day, id);
CREATE INDEX applications_by_document ON applications (document_hash);

CREATE TABLE decisions (
    id text NOT NULL PRIMARY KEY,
    application_id text NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    deployment text NOT NULL,
    attempt bigint NOT NULL,
    officer_id text NOT NULL,
    document blob NOT NULL,
    assertion text NOT NULL,
    decided_at bigint NOT NULL
);
CREATE INDEX decisions_by_application ON decisions (application_id, decided_at);

CREATE TABLE cards (
    id text NOT NULL PRIMARY KEY,
    deployment text NOT NULL,
    country text NOT NULL,
    centre text,
    guardian text,
    application_id text NOT NULL REFERENCES applications (id),
    person_id text NOT NULL,
    state text NOT NULL,
    until_at bigint,
    detail text,
    version bigint NOT NULL,
    created_at bigint NOT NULL,
    changed_at bigint NOT NULL
);
-- A person has one live card of a deployment at a time.
CREATE UNIQUE INDEX one_live_card ON cards (person_id, deployment) WHERE state IN ('approved', 'offered', 'active', 'suspended');
