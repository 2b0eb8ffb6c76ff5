-- The signer's own memory. No person is named: an approval is the hash of what an officer signed.
CREATE TABLE minted (
  approval text PRIMARY KEY,
  first_at bigint NOT NULL,
  day bigint NOT NULL,
  copies bigint NOT NULL
) WITHOUT ROWID;

CREATE TABLE redeemed (
  invitation text PRIMARY KEY,
  redeemed_at bigint NOT NULL
) WITHOUT ROWID;
