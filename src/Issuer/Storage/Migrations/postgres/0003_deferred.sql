-- Deferred issuances (OpenID4VCI 1.0 §9): requests that were accepted and cannot be answered yet. The content (holder keys,
-- reserved status entries) is ciphertext under the person's key; no credential is here. A row goes with its credential, or
-- when it expires.
CREATE TABLE deferred_issuances (
    id_hash text NOT NULL PRIMARY KEY,
    grant_id text NOT NULL,
    person_id text NOT NULL,
    content bytea NOT NULL,
    claimed_until bigint NOT NULL,
    expires_at bigint NOT NULL
);
CREATE INDEX deferred_issuances_by_grant ON deferred_issuances (grant_id);
