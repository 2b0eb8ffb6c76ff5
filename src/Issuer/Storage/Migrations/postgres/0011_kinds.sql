-- A person may hold several things of one deployment: of another type, or for another child or region. `type` is empty for the
-- deployment's first type; `slot` is empty, or a keyed hash of whom or where it is for, which nobody without the signer can make.
ALTER TABLE applications ADD COLUMN type text NOT NULL DEFAULT '';
ALTER TABLE applications ADD COLUMN slot text NOT NULL DEFAULT '';
ALTER TABLE cards ADD COLUMN type text NOT NULL DEFAULT '';
ALTER TABLE cards ADD COLUMN slot text NOT NULL DEFAULT '';
DROP INDEX one_live_card;
CREATE UNIQUE INDEX one_live_card ON cards (person_id, deployment, type, slot) WHERE state IN ('approved', 'offered', 'active', 'suspended');
CREATE INDEX cards_by_slot ON cards (slot) WHERE slot <> '';
