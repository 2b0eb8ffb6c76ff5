-- One chain per node and day. content is ciphertext under the person's key where person_id is set, and may be erased with it.
CREATE TABLE audit_chains (
  day text NOT NULL,
  node text NOT NULL,
  entries bigint NOT NULL,
  hash text NOT NULL,
  head text,
  PRIMARY KEY (day, node)
);

CREATE TABLE audit_entries (
  day text NOT NULL,
  node text NOT NULL,
  number bigint NOT NULL,
  at bigint NOT NULL,
  name text NOT NULL,
  actor text NOT NULL,
  person_id text,
  content blob,
  content_hash text NOT NULL,
  hash text NOT NULL,
  PRIMARY KEY (day, node, number),
  FOREIGN KEY (day, node) REFERENCES audit_chains (day, node)
);
CREATE INDEX audit_entries_by_person ON audit_entries (person_id, at) WHERE person_id IS NOT NULL;
