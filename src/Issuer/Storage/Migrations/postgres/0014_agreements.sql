-- Agreements of regions at the desk, with what officers signed about them. What counts is what the signer took of it: a row alone adds
-- no region, and one that is missing brings nothing back.
CREATE TABLE agreements (
    id text NOT NULL PRIMARY KEY,
    deployment text NOT NULL,
    stage text NOT NULL,
    terms bytea NOT NULL,
    proposed_end text,
    changed_at bigint NOT NULL,
    first_officer text NOT NULL,
    second_officer text,
    version bigint NOT NULL
);

-- Terms are named by their hash: an earlier ending stays beside a later one.
CREATE TABLE agreement_words (
    agreement_id text NOT NULL REFERENCES agreements (id),
    terms_name text NOT NULL,
    side text NOT NULL,
    terms bytea NOT NULL,
    officer_id text NOT NULL,
    document bytea NOT NULL,
    assertion text NOT NULL,
    said_at bigint NOT NULL,
    PRIMARY KEY (agreement_id, terms_name, side)
);
