-- About which child guardians disagree, by the keyed hash that only the signer can make: the database does not say who it is.
CREATE TABLE guardian_disputes (
    slot text NOT NULL PRIMARY KEY,
    deployment text NOT NULL,
    state text NOT NULL,
    changed_at bigint NOT NULL,
    version bigint NOT NULL
);
