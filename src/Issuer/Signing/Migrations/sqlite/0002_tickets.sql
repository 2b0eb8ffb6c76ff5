-- Events as the signer met them first, the places that it gave, and the random names of tickets that it minted. Nobody is named, no key
-- and no status entry is here.
CREATE TABLE events (
  event text PRIMARY KEY,
  facts text NOT NULL,
  first_at bigint NOT NULL
) WITHOUT ROWID;

CREATE TABLE places (
  event text NOT NULL,
  admission_class text NOT NULL,
  given bigint NOT NULL,
  PRIMARY KEY (event, admission_class)
) WITHOUT ROWID;

CREATE TABLE tickets (
  event text NOT NULL,
  ticket text NOT NULL,
  admission_class text NOT NULL,
  seat text,
  PRIMARY KEY (event, ticket)
) WITHOUT ROWID;
CREATE UNIQUE INDEX seats_given ON tickets (event, admission_class, seat) WHERE seat IS NOT NULL;
