-- Requests of devices (RFC 8628). The request names scopes and resources, nobody; the grant comes when a person agrees.
CREATE TABLE oauth_device_codes (
    code_hash BLOB NOT NULL PRIMARY KEY,
    user_code_hash BLOB NOT NULL UNIQUE,
    client_id TEXT NOT NULL,
    request TEXT NOT NULL,
    dpop_key TEXT,
    instance_key TEXT,
    grant_id TEXT,
    denied_at INTEGER,
    redeemed_at INTEGER,
    poll_interval INTEGER NOT NULL,
    polled_at INTEGER,
    is_early INTEGER NOT NULL DEFAULT 0,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX oauth_device_codes_expiry ON oauth_device_codes (expires_at);
