-- Clients that registered themselves (RFC 7591), and the invitations that let them.
CREATE TABLE oauth_clients (
    client_id TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    registration TEXT NOT NULL,
    token_hash BLOB NOT NULL,
    permissions TEXT NOT NULL,
    scope TEXT NOT NULL,
    created_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE oauth_client_invitations (
    token_hash BLOB NOT NULL PRIMARY KEY,
    uses_left INTEGER NOT NULL,
    permissions TEXT NOT NULL,
    scope TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX oauth_client_invitations_expiry ON oauth_client_invitations (expires_at);

-- A client that goes takes its grants along. Those of clients in files are not in this index and pay nothing for it.
CREATE INDEX oauth_grants_registered_client ON oauth_grants (client_id) WHERE client_id LIKE 'self-%';
