-- Which key signed a batch of copies, and of which type they are: what a mass re-issue looks for. Both are those of everybody
-- who collected in the same months, so they say less than the day beside them. Copies from before have neither.
ALTER TABLE card_copies ADD COLUMN key_id text;
ALTER TABLE card_copies ADD COLUMN type text;
