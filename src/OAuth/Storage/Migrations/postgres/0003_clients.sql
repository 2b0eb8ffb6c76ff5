-- Clients that registered themselves (RFC 7591), and the invitations that let them.
CREATE TABLE oauth_clients (
    client_id TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    registration TEXT NOT NULL,
    token_hash BYTEA NOT NULL,
    permissions TEXT NOT NULL,
    scope TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE oauth_client_invitations (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    uses_left BIGINT NOT NULL,
    permissions TEXT NOT NULL,
    scope TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX oauth_client_invitations_expiry ON oauth_client_invitations (expires_at);

-- A client that goes takes its grants along. Those of clients in files are not in this index and pay nothing for it.
CREATE INDEX oauth_grants_registered_client ON oauth_grants (client_id) WHERE client_id LIKE 'self-%';
