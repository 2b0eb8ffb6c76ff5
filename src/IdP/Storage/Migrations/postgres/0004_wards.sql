-- For whom a person may act, so that their own page can say it. A row names the guardian alone, by a keyed hash that is another than
-- that of the child's row, and the child is ciphertext under the guardian's key.
CREATE TABLE wards (
    ward_key    text PRIMARY KEY,
    account_id  text NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE,
    sweep_after bigint NOT NULL,
    content     bytea NOT NULL
);
CREATE INDEX wards_account ON wards (account_id);
CREATE INDEX wards_sweep ON wards (sweep_after);
