-- Which records are of a code on paper: a card has one at most, so the next one revokes it. It says no more than the day beside it.
ALTER TABLE card_copies ADD COLUMN on_paper bigint NOT NULL DEFAULT 0;
