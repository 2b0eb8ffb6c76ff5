-- The life of a card: its last day, which of its copies are still to be revoked and on what ground, a person's sealed file,
-- and when the evidence of a case goes. What the calendar does is found by partial indices: they hold what waits, and no more.
ALTER TABLE cards ADD COLUMN expires_day bigint;
ALTER TABLE cards ADD COLUMN revoke_ground text;
ALTER TABLE cards ADD COLUMN revoke_at bigint;
CREATE INDEX cards_by_person ON cards (person_id, created_at);
CREATE INDEX cards_by_application ON cards (application_id, created_at);
CREATE INDEX cards_until ON cards (until_at) WHERE until_at IS NOT NULL;
CREATE INDEX cards_ending ON cards (expires_day) WHERE state IN ('active', 'suspended');
CREATE INDEX cards_to_revoke ON cards (revoke_at) WHERE revoke_at IS NOT NULL;

ALTER TABLE people ADD COLUMN sealed_at bigint;
CREATE INDEX people_sealed ON people (sealed_at) WHERE sealed_at IS NOT NULL;

ALTER TABLE applications ADD COLUMN evidence_until bigint;
CREATE INDEX applications_evidence ON applications (evidence_until) WHERE evidence_until IS NOT NULL;
CREATE INDEX applications_idle ON applications (changed_at) WHERE state IN ('draft', 'returned', 'ready-to-book', 'booked');
CREATE INDEX applications_refused ON applications (changed_at) WHERE state = 'refused';

-- What two officers do to a card: A proposes, B confirms, each by an assertion of their passkey; the appeal officer's word follows
-- where the holder objects. Documents and assertions are kept.
CREATE TABLE card_orders (
    id text NOT NULL PRIMARY KEY,
    card_id text NOT NULL REFERENCES cards (id),
    application_id text NOT NULL,
    person_id text NOT NULL,
    deployment text NOT NULL,
    centre text NOT NULL,
    state text NOT NULL,
    kind text NOT NULL,
    ground text,
    changed_at bigint NOT NULL,
    first_officer text NOT NULL,
    second_officer text,
    version bigint NOT NULL
);
-- One proposal waits at a time.
CREATE UNIQUE INDEX card_orders_one_proposal ON card_orders (card_id) WHERE state = 'proposed';
CREATE INDEX card_orders_by_card ON card_orders (card_id, changed_at);
CREATE INDEX card_orders_waiting ON card_orders (centre, id) WHERE state IN ('proposed', 'appealed');

CREATE TABLE card_order_words (
    order_id text NOT NULL REFERENCES card_orders (id),
    step text NOT NULL,
    officer_id text NOT NULL,
    document blob NOT NULL,
    assertion text NOT NULL,
    PRIMARY KEY (order_id, step)
);

CREATE INDEX sessions_over ON sessions (expires_at);
CREATE INDEX card_offers_over ON card_offers (expires_at);
CREATE INDEX deferred_issuances_over ON deferred_issuances (expires_at);
CREATE INDEX card_copies_over ON card_copies (expires_day);
