-- Personal columns hold ciphertext under the person's key; see docs/privacy-idp.md.
-- No row names a person and a service together: consents are found by a keyed hash and hold the service as ciphertext.

CREATE TABLE accounts (
    account_id   text PRIMARY KEY,
    opened_on    bigint NOT NULL,
    display_name blob NULL
);

-- One row a registered service; the key makes the pairwise subjects of that service and is destroyed with the row.
CREATE TABLE sectors (
    sector_id    text PRIMARY KEY,
    wrapped_key  blob NOT NULL,
    card_indexed bigint NOT NULL DEFAULT 0
);

-- For card sign-in: the way back from the subject that a card issuer knows to the account.
-- Every account has its row from the day it is opened, so that a row tells nothing about who has a card.
CREATE TABLE card_subjects (
    subject_key  text PRIMARY KEY,
    account_id   text NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE
);
CREATE INDEX card_subjects_account ON card_subjects (account_id);

CREATE TABLE sessions (
    session_hash text PRIMARY KEY,
    account_id   text NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE,
    auth_time    bigint NOT NULL,
    last_seen_at bigint NOT NULL,
    expires_at   bigint NOT NULL,
    amr          text NOT NULL,
    about        blob NOT NULL
);
CREATE INDEX sessions_account ON sessions (account_id);
CREATE INDEX sessions_expires ON sessions (expires_at);

CREATE TABLE consents (
    consent_key  text PRIMARY KEY,
    account_id   text NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE,
    content      blob NOT NULL
);
CREATE INDEX consents_account ON consents (account_id);

-- What the person's card said, until that copy of the card expires.
CREATE TABLE identities (
    account_id   text PRIMARY KEY REFERENCES accounts (account_id) ON DELETE CASCADE,
    expires_at   bigint NOT NULL,
    content      blob NOT NULL
);
CREATE INDEX identities_expires ON identities (expires_at);
