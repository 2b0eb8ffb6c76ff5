-- What was granted to a client. The content is encrypted under the key of its person.
CREATE TABLE oauth_grants (
    id TEXT NOT NULL PRIMARY KEY,
    client_id TEXT,
    subject TEXT NOT NULL,
    instance_key TEXT,
    content BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX oauth_grants_subject ON oauth_grants (subject, client_id);
CREATE INDEX oauth_grants_expiry ON oauth_grants (expires_at);

CREATE TABLE oauth_codes (
    code_hash BYTEA NOT NULL PRIMARY KEY,
    grant_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    code_challenge TEXT NOT NULL,
    dpop_key TEXT,
    expires_at BIGINT NOT NULL,
    redeemed_at BIGINT
);
CREATE INDEX oauth_codes_expiry ON oauth_codes (expires_at);

CREATE TABLE oauth_refresh_tokens (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    grant_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    dpop_key TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX oauth_refresh_tokens_expiry ON oauth_refresh_tokens (expires_at);

CREATE TABLE oauth_preauthorized_codes (
    code_hash BYTEA NOT NULL PRIMARY KEY,
    grant_id TEXT NOT NULL,
    client_id TEXT,
    has_tx_code BIGINT NOT NULL,
    tx_code_hash BYTEA NOT NULL,
    guesses BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    redeemed_at BIGINT
);
CREATE INDEX oauth_preauthorized_codes_expiry ON oauth_preauthorized_codes (expires_at);
