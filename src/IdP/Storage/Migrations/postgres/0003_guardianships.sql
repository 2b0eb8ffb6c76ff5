-- Who may act for a child. A row names the child alone; guardian, powers and the exact end are ciphertext under the child's key,
-- and the row is found by a keyed hash of both accounts. The end is often a birthday: in clear stands only the new year after it.
CREATE TABLE guardianships (
    guardianship_key text PRIMARY KEY,
    account_id       text NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE,
    sweep_after      bigint NOT NULL,
    content          bytea NOT NULL
);
CREATE INDEX guardianships_account ON guardianships (account_id);
CREATE INDEX guardianships_sweep ON guardianships (sweep_after);
