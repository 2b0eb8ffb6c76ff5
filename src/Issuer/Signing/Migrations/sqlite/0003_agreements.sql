-- The terms of agreements that two officers signed, as the signer met them: rows are added, and none is changed or removed.
CREATE TABLE agreements (
  commitment text PRIMARY KEY,
  agreement text NOT NULL,
  terms blob NOT NULL,
  signed_at bigint NOT NULL
) WITHOUT ROWID;
