-- A session keeps its id when the same person signs in anew in the same browser; the hash of the cookie's secret changes.
-- NULL: written by a process of the version before, and then the hash is the id.
ALTER TABLE sessions ADD COLUMN session_id text NULL;

-- The milliseconds of auth_time: a sign-in and a request of the same second have an order.
ALTER TABLE sessions ADD COLUMN auth_ms bigint NOT NULL DEFAULT 0;

-- Which services took part: ciphertext under the person's key. The version says that nobody wrote it in between.
ALTER TABLE sessions ADD COLUMN services bytea NULL;
ALTER TABLE sessions ADD COLUMN services_version bigint NOT NULL DEFAULT 0;
CREATE INDEX sessions_last_seen ON sessions (last_seen_at);

-- Services that are still to be told that a session ended. No row names a person; which service it is for, and the subject
-- that this service knows, are ciphertext under the server's own secret: the person's key may be gone by then.
CREATE TABLE logout_outbox (
    notice_id  text PRIMARY KEY,
    content    bytea NOT NULL,
    created_at bigint NOT NULL,
    due_at     bigint NOT NULL,
    attempts   bigint NOT NULL
);
CREATE INDEX logout_outbox_due ON logout_outbox (due_at);

-- Which services share a sector's key: it is destroyed with the last of them.
CREATE TABLE sector_services (
    service_id text NOT NULL,
    sector_id  text NOT NULL REFERENCES sectors (sector_id) ON DELETE CASCADE,
    PRIMARY KEY (service_id, sector_id)
);
CREATE INDEX sector_services_sector ON sector_services (sector_id);
INSERT INTO sector_services (service_id, sector_id) SELECT sector_id, sector_id FROM sectors;
