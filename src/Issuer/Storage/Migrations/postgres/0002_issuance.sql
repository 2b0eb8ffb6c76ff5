-- Issuance: offers, card numbers, copies, status lists. No issued key, salt, digest or signature is ever stored.

-- A list of status entries; a full one is closed, and another opens. Version rises with every change of a status.
CREATE TABLE status_lists (
    list_no bigint NOT NULL PRIMARY KEY,
    capacity bigint NOT NULL,
    reserved bigint NOT NULL,
    version bigint NOT NULL,
    last_day bigint NOT NULL
);

-- Every index that was given out, decoys among them. Nothing here says whose it is, nor in which order entries came:
-- times are whole days.
CREATE TABLE status_entries (
    list_no bigint NOT NULL REFERENCES status_lists (list_no),
    idx bigint NOT NULL,
    revoked bigint NOT NULL,
    PRIMARY KEY (list_no, idx)
);

-- Holder -> status indices of one batch, as ciphertext under the person's key.
CREATE TABLE card_copies (
    id text NOT NULL PRIMARY KEY,
    card_id text NOT NULL,
    person_id text NOT NULL,
    expires_day bigint NOT NULL,
    revoked bigint NOT NULL,
    indices bytea NOT NULL
);
CREATE INDEX card_copies_by_card ON card_copies (card_id);

-- Number and dates of a card, given at its first minting: ciphertext under the person's key.
CREATE TABLE card_numbers (
    card_id text NOT NULL PRIMARY KEY,
    person_id text NOT NULL,
    details bytea NOT NULL
);

-- What a presented issuer_state stands for; stored hashed, bound to one person's card.
CREATE TABLE card_offers (
    state_hash text NOT NULL PRIMARY KEY,
    person_id text NOT NULL,
    card_id text NOT NULL,
    expires_at bigint NOT NULL
);

-- The bundle's version only rises, over every node and every start: one row.
CREATE TABLE bundle_version (
    only_row bigint NOT NULL PRIMARY KEY CHECK (only_row = 1),
    version bigint NOT NULL
);
