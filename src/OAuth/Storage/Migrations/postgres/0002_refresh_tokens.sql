-- A refresh token is bound to a DPoP key ('dpop:…'), to a certificate ('x5t:…') or to nothing ('none'). What says none of
-- these is refused.
ALTER TABLE oauth_refresh_tokens ADD COLUMN binding TEXT NOT NULL DEFAULT 'lost';
UPDATE oauth_refresh_tokens SET binding = 'dpop:' || dpop_key;
ALTER TABLE oauth_refresh_tokens DROP COLUMN dpop_key;

-- A token that rotates keeps its row: token_hash is the part that stays, secret_hash the part of now, previous_hash the one
-- before, and successor the part of now encrypted under the one before. NULL in secret_hash: the token never changes.
ALTER TABLE oauth_refresh_tokens ADD COLUMN secret_hash BYTEA;
ALTER TABLE oauth_refresh_tokens ADD COLUMN previous_hash BYTEA;
ALTER TABLE oauth_refresh_tokens ADD COLUMN rotated_at BIGINT;
ALTER TABLE oauth_refresh_tokens ADD COLUMN successor BYTEA;
