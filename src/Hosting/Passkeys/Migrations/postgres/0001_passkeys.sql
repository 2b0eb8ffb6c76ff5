-- Passkeys of accounts. Ids, handles and aaguid are text (base64url, UUID); no name is kept: authenticators show the one they were given.
CREATE TABLE passkeys (
  credential_id text PRIMARY KEY,
  user_id text NOT NULL,
  user_handle text NOT NULL,
  public_key bytea NOT NULL,
  sign_count bigint NOT NULL,
  aaguid text NOT NULL,
  transports text NOT NULL,
  backup_eligible bigint NOT NULL,
  backed_up bigint NOT NULL,
  created_at bigint NOT NULL,
  last_used_at bigint
);
CREATE INDEX passkeys_by_user ON passkeys (user_id, created_at);
