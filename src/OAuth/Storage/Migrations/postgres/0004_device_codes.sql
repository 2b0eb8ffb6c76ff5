-- Requests of devices (RFC 8628). The request names scopes and resources, nobody; the grant comes when a person agrees.
CREATE TABLE oauth_device_codes (
    code_hash bytea NOT NULL PRIMARY KEY,
    user_code_hash bytea NOT NULL UNIQUE,
    client_id text NOT NULL,
    request text NOT NULL,
    dpop_key text,
    instance_key text,
    grant_id text,
    denied_at bigint,
    redeemed_at bigint,
    poll_interval bigint NOT NULL,
    polled_at bigint,
    is_early bigint NOT NULL DEFAULT 0,
    expires_at bigint NOT NULL
);
CREATE INDEX oauth_device_codes_expiry ON oauth_device_codes (expires_at);
