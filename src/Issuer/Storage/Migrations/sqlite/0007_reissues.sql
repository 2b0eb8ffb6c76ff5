-- Mass re-issues: all copies that one key signed, or of one version of a type, are revoked page by page over the register, in the
-- order of the records' random ids. The place reached is kept with each page, so that whoever goes on repeats none and misses none.
CREATE TABLE reissues (
    id text NOT NULL PRIMARY KEY,
    deployment text NOT NULL,
    key_id text,
    type text,
    reason text NOT NULL,
    started_at bigint NOT NULL,
    finished_at bigint,
    pass bigint NOT NULL,
    pass_from bigint NOT NULL,
    after_id text NOT NULL,
    batches bigint NOT NULL,
    copies bigint NOT NULL,
    holders bigint NOT NULL,
    leased_until bigint NOT NULL
);
CREATE UNIQUE INDEX reissues_open ON reissues (deployment, coalesce(key_id, ''), coalesce(type, '')) WHERE finished_at IS NULL;

-- When the holder was told last that copies were revoked for everybody's sake.
ALTER TABLE cards ADD COLUMN reissued_at bigint;
