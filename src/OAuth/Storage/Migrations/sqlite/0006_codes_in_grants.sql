-- The code that a grant was given with stands in the grant's own row: they are written together, and the code begins with the
-- grant's id. NULL in code_hash: the grant had no code. Codes of the minute before are worth nothing any more.
ALTER TABLE oauth_grants ADD COLUMN code_hash BLOB;
ALTER TABLE oauth_grants ADD COLUMN redirect_uri TEXT;
ALTER TABLE oauth_grants ADD COLUMN code_challenge TEXT;
ALTER TABLE oauth_grants ADD COLUMN code_dpop_key TEXT;
ALTER TABLE oauth_grants ADD COLUMN code_expires_at INTEGER;
ALTER TABLE oauth_grants ADD COLUMN redeemed_at INTEGER;
DROP TABLE oauth_codes;
