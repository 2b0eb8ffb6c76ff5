-- Events and their tickets. There is no row of a guest: a ticket that waits to be collected is a random name, and what stays of one that
-- was collected is one more in a count, its seat, and its status entry among those of the event. Nothing joins the three.
CREATE TABLE event_facts (
    id text NOT NULL PRIMARY KEY,
    deployment text NOT NULL,
    centre text NOT NULL,
    state text NOT NULL,
    facts blob NOT NULL,
    starts_at bigint NOT NULL,
    ends_at bigint NOT NULL,
    changed_at bigint NOT NULL,
    first_officer text NOT NULL,
    second_officer text,
    ground text,
    version bigint NOT NULL
);
CREATE INDEX event_facts_open ON event_facts (ends_at) WHERE state IN ('decided', 'cancel-proposed');
CREATE INDEX event_facts_of_centre ON event_facts (centre, starts_at);

CREATE TABLE event_words (
    event_id text NOT NULL REFERENCES event_facts (id),
    step text NOT NULL,
    officer_id text NOT NULL,
    document blob NOT NULL,
    assertion text NOT NULL,
    PRIMARY KEY (event_id, step)
);

CREATE TABLE event_places (
    event_id text NOT NULL REFERENCES event_facts (id),
    admission_class text NOT NULL,
    places bigint NOT NULL,
    given bigint NOT NULL,
    PRIMARY KEY (event_id, admission_class)
);

-- Offered, and not collected yet.
CREATE TABLE event_holds (
    ticket text NOT NULL PRIMARY KEY,
    event_id text NOT NULL REFERENCES event_facts (id),
    admission_class text NOT NULL,
    seat text,
    expires_at bigint NOT NULL
) WITHOUT ROWID;
CREATE INDEX event_holds_over ON event_holds (expires_at);

CREATE TABLE event_seats (
    event_id text NOT NULL REFERENCES event_facts (id),
    admission_class text NOT NULL,
    seat text NOT NULL,
    PRIMARY KEY (event_id, admission_class, seat)
) WITHOUT ROWID;

-- In the order of their numbers, which are random: a cancelled event finds its tickets' entries here, and nothing else does.
CREATE TABLE event_entries (
    event_id text NOT NULL REFERENCES event_facts (id),
    list_no bigint NOT NULL,
    idx bigint NOT NULL,
    PRIMARY KEY (event_id, list_no, idx)
) WITHOUT ROWID;
