-- Short-lived state. slot: 0 value, 1 replay guard, 2 counter. id is a hash: keys are bearer secrets.
CREATE TABLE one_time (
  slot integer NOT NULL,
  id text NOT NULL,
  value bytea,
  number bigint NOT NULL,
  expires_at_ms bigint NOT NULL,
  PRIMARY KEY (slot, id)
);
CREATE INDEX one_time_by_expiry ON one_time (expires_at_ms);

CREATE TABLE one_time_epoch (
  id integer PRIMARY KEY CHECK (id = 1),
  epoch text NOT NULL
);
