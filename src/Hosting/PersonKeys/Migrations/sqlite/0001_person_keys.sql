-- One wrapped key per person, in a database and a backup of its own. Erasing a person deletes the row.
CREATE TABLE person_keys (
  person_id text PRIMARY KEY,
  wrapped_key blob NOT NULL,
  created_at bigint NOT NULL
);
